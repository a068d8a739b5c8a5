import assert from 'node:assert/strict'
import fc from 'fast-check'
import pg from 'pg'
import { expirePackage, writeCredits } from '../../db/credit-entries.ts'
import { newId } from '../../db/ids.ts'
import { adjustPackage } from '../../db/packages.ts'
import { applySession } from '../../db/session-bookings.ts'
import type { SessionFact } from '../../domain/session-fact.ts'
import { aClient, aFact, aPackage } from '../support/session-facts.ts'
import { aTenant, openWorld, type World } from './world.ts'

describe('credits in the database', () => {
  let world: World
  before(async () => void (world = await openWorld()))
  after(() => world.close())

  async function aStage(wish: { sessions?: number } = {}) {
    const tenant = await aTenant(world)
    const { organizationId, userId, integrationId } = tenant
    const { clientId, packageId } = await world.database.withTenant(organizationId, async (tx) => {
      const client = await aClient(tx, { userId })
      return { clientId: client, packageId: await aPackage(tx, client, { userId, ...wish }) }
    })
    const inside = <T>(work: Parameters<typeof world.database.withTenant<T>>[1]): Promise<T> =>
      world.database.withTenant(organizationId, work)
    const tell = (fact: SessionFact) =>
      inside((tx) => applySession(tx, { integrationId, eventId: null, fact }))
    return { organizationId, userId, clientId, packageId, inside, tell }
  }

  async function balanceOf(packageId: string) {
    const { rows } = await world.owner.query(
      `select credits_left as left, credits_held as held, credits_spent as spent,
        credits_expired as expired, s.* from client_package p, lateral (
          select sum(left_change)::int as sum_left, sum(held_change)::int as sum_held,
            sum(spent_change)::int as sum_spent,
            coalesce(sum(-left_change) filter (where kind = 'expire'), 0)::int as sum_expired
          from credit_entry e where e.package_id = p.id) s
       where p.id = $1`,
      [packageId],
    )
    const { left, held, spent, expired, ...sums } = rows[0]
    const balance = { left, held, spent, expired }
    assert.deepEqual(sums, {
      sum_left: left,
      sum_held: held,
      sum_spent: spent,
      sum_expired: expired,
    })
    return balance
  }

  it('gives the last credit to one of a hundred that want it at once; 99 wait', async () => {
    const { packageId, tell } = await aStage({ sessions: 1 })

    const ends = await Promise.all(
      Array.from({ length: 100 }, (_, n) => tell(aFact({ bookingUid: `booking ${n}` }))),
    )

    const parked = ends.filter(({ kind }) => kind === 'parked')
    assert.deepEqual([parked.length, ends.length - parked.length], [99, 1])
    assert.deepEqual(await balanceOf(packageId), { left: 0, held: 0, spent: 1, expired: 0 })
  })

  it('equals the sum of its ledger after any mix of bookings and adjustments at once', async () => {
    const step = fc.oneof(
      fc.record({
        uid: fc.constantFrom('a', 'b', 'c', 'd'),
        kind: fc.constantFrom('requested', 'created', 'cancelled', 'rejected'),
      }),
      fc.record({ change: fc.integer({ min: -3, max: 3 }).filter((change) => change !== 0) }),
    )
    let refused = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 20 }), async (steps) => {
        const { packageId, tell, inside, userId } = await aStage({ sessions: 2 })
        const adjust = (change: number) =>
          inside((tx) => adjustPackage(tx, { packageId, change, reason: 'r', actorUserId: userId }))
        const ends = await Promise.all(
          steps.map((one) =>
            'change' in one
              ? adjust(one.change)
              : tell(aFact({ bookingUid: one.uid, kind: one.kind })),
          ),
        )

        refused += ends.filter(({ kind }) => kind === 'tooFew' || kind === 'parked').length
        const balance = await balanceOf(packageId)
        assert.ok(Object.values(balance).every((count) => count >= 0))
        const { rows } = await world.owner.query(
          `select count(*) filter (where credit = 'held')::int as held,
            count(*) filter (where credit = 'spent')::int as spent
           from session where package_id = $1`,
          [packageId],
        )
        assert.deepEqual([balance.held, balance.spent], [rows[0].held, rows[0].spent])
      }),
      { numRuns: 25 },
    )
    assert.ok(refused > 10)
  })

  it('lets what is left expire once, and what comes back later at once', async () => {
    const { packageId, tell, inside } = await aStage({ sessions: 3 })
    await tell(aFact({ bookingUid: 'a' }))
    const early = await inside((tx) => expirePackage(tx, packageId))
    await world.owner.query(`update client_package set expires_at = now() where id = $1`, [
      packageId,
    ])
    const due = await world.database.directory.packagesToExpire(10)

    const ends = await Promise.all(
      [1, 2, 3].map(() => inside((tx) => expirePackage(tx, packageId))),
    )
    const atExpiry = await balanceOf(packageId)
    await tell(aFact({ bookingUid: 'a', kind: 'cancelled' }))

    assert.equal(early, false)
    assert.ok(due.some((one) => one.packageId === packageId))
    assert.equal(ends.filter((didExpire) => didExpire).length, 1)
    assert.deepEqual(atExpiry, { left: 0, held: 0, spent: 1, expired: 2 })
    assert.deepEqual(await balanceOf(packageId), { left: 0, held: 0, spent: 0, expired: 3 })
    const after = await world.database.directory.packagesToExpire(10)
    assert.ok(!after.some((one) => one.packageId === packageId))
  })

  it('never takes more by hand than is left, nor touches what has expired', async () => {
    const { packageId, inside, userId } = await aStage({ sessions: 2 })
    const adjust = (change: number) =>
      inside((tx) => adjustPackage(tx, { packageId, change, reason: 'r', actorUserId: userId }))

    const ends = await Promise.all([adjust(-2), adjust(-2), adjust(-2)])

    assert.deepEqual(ends.map(({ kind }) => kind).toSorted(), ['adjusted', 'tooFew', 'tooFew'])
    assert.equal((await balanceOf(packageId)).left, 0)
  })

  it('refuses in the database itself a line that would take a credit that is not there', async () => {
    const { packageId, inside } = await aStage({ sessions: 1 })
    const line = { kind: 'spend', left: -1, held: 0, spent: 1, packageId } as const

    await inside((tx) => writeCredits(tx, [{ ...line, key: 'one' }]))
    const again = (key: string) => inside((tx) => writeCredits(tx, [{ ...line, key }]))

    await assert.rejects(again('two'), { constraint: 'client_package_never_below_zero' })
    await assert.rejects(again('one'), { code: '23505' })
  })

  it('lets nobody change or remove a line, or write a counter past the ledger', async () => {
    const { organizationId, packageId } = await aStage()
    const app = new pg.Client({ connectionString: world.urls.appUrl })
    await app.connect()
    await app.query(`select set_config('app.organization', $1, false)`, [organizationId])

    for (const text of [
      `update credit_entry set left_change = 5`,
      `delete from credit_entry`,
      `update client_package set credits_left = 5`,
      `insert into client_package (organization_id, id, client_id, host_user_id, session_minutes,
         cut_off_hours, expires_at, credits_left) values ('${organizationId}', '${newId()}',
         '${newId()}', '${newId()}', 1, 1, now(), 5)`,
    ])
      await assert.rejects(app.query(text), { code: '42501' }, text)
    await assert.rejects(
      world.owner.query('delete from credit_entry where package_id = $1', [packageId]),
      /append-only/,
    )
    await app.end()
  })
})
