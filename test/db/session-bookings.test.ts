import assert from 'node:assert/strict'
import fc from 'fast-check'
import { applySession, type SessionApplied } from '../../db/session-bookings.ts'
import type { SessionFact } from '../../domain/session-fact.ts'
import { aClient, aFact, aPackage } from '../support/session-facts.ts'
import { aTenant, openWorld, type Tenant, type World } from './world.ts'

const at = (day: number): string => `2198-02-${String(day).padStart(2, '0')}T00:00:00.000000Z`

describe('session bookings', () => {
  let world: World
  before(async () => void (world = await openWorld()))
  after(() => world.close())

  /** An organization with one client who holds a package of ten, due back until a day before. */
  async function aStage(wish: { sessions?: number } = {}) {
    const tenant = await aTenant(world)
    const clientId = await inside(tenant, (tx) => aClient(tx, { userId: tenant.userId }))
    const packageId = await inside(tenant, (tx) =>
      aPackage(tx, clientId, { userId: tenant.userId, ...wish }),
    )
    return { tenant, clientId, packageId }
  }

  type Work<T> = Parameters<World['database']['withTenant']>[1] extends (tx: infer Tx) => unknown
    ? (tx: Tx) => Promise<T>
    : never
  const inside = <T>({ organizationId }: Tenant, work: Work<T>): Promise<T> =>
    world.database.withTenant(organizationId, work)

  const tell = (tenant: Tenant, fact: SessionFact): Promise<SessionApplied> =>
    inside(tenant, (tx) =>
      applySession(tx, { integrationId: tenant.integrationId, eventId: null, fact }),
    )

  async function sessionsOf({ organizationId }: Tenant) {
    const { rows } = await world.owner.query(
      `select status, credit, calcom_booking_id as uid, start_at, no_show, moved_count, meeting_link
       from session where organization_id = $1 and merged_into is null order by id`,
      [organizationId],
    )
    return rows
  }

  async function creditsOf(packageId: string) {
    const { rows } = await world.owner.query(
      `select credits_left as left, credits_held as held, credits_spent as spent,
        (select sum(left_change)::int from credit_entry e where e.package_id = p.id) as sum
       from client_package p where id = $1`,
      [packageId],
    )
    return rows[0]
  }

  /** What a client with a package ends with when all of this is told. */
  async function told(facts: readonly SessionFact[]) {
    const { tenant, packageId } = await aStage()
    for (const fact of facts) await tell(tenant, fact)
    return { sessions: await sessionsOf(tenant), credits: await creditsOf(packageId) }
  }

  it('makes one session of a booking and spends one credit, however often it is told', async () => {
    const { tenant, packageId } = await aStage()

    const ends = [
      await tell(tenant, aFact({ bookingUid: 'a' })),
      await tell(tenant, aFact({ bookingUid: 'a' })),
    ]

    assert.deepEqual(
      ends.map((end) => end.kind === 'applied' && end.changed),
      [true, false],
    )
    const [session, ...others] = await sessionsOf(tenant)
    assert.deepEqual([session.status, session.credit, session.uid], ['scheduled', 'spent', 'a'])
    assert.equal(others.length, 0)
    assert.deepEqual(await creditsOf(packageId), { left: 9, held: 0, spent: 1, sum: 9 })
  })

  it('gives the credit back before the cut-off and keeps it after', async () => {
    for (const [occurredAt, left] of [
      ['2199-03-01T10:00:00.000000Z', 10],
      ['2199-03-01T10:00:00.000001Z', 10],
      ['2199-03-01T10:00:01.000000Z', 9],
    ] as const) {
      const { tenant, packageId } = await aStage()
      await tell(tenant, aFact({ bookingUid: 'a' }))

      await tell(tenant, aFact({ bookingUid: 'a', kind: 'cancelled', occurredAt }))

      assert.equal((await creditsOf(packageId)).left, left, occurredAt)
      assert.equal((await sessionsOf(tenant))[0].status, 'cancelled')
    }
  })

  it('only holds a credit for what waits for a yes, and releases it on a no', async () => {
    const { tenant, packageId } = await aStage()

    await tell(tenant, aFact({ bookingUid: 'a', kind: 'requested' }))
    const waiting = await creditsOf(packageId)
    await tell(tenant, aFact({ bookingUid: 'a', kind: 'rejected' }))
    const refused = await creditsOf(packageId)

    assert.deepEqual(waiting, { left: 9, held: 1, spent: 0, sum: 9 })
    assert.deepEqual(refused, { left: 10, held: 0, spent: 0, sum: 10 })
  })

  it('spends the credit it held once the booking is confirmed', async () => {
    const { tenant, packageId } = await aStage()

    await tell(tenant, aFact({ bookingUid: 'a', kind: 'requested' }))
    await tell(tenant, aFact({ bookingUid: 'a', kind: 'confirmed' }))

    assert.deepEqual(await creditsOf(packageId), { left: 9, held: 0, spent: 1, sum: 9 })
  })

  it('waits for a client it does not know, and for a package where none can pay', async () => {
    const tenant = await aTenant(world)

    const unknown = await tell(tenant, aFact({ bookingUid: 'a' }))
    const clientId = await inside(tenant, (tx) => aClient(tx, { userId: tenant.userId }))
    const unpaid = await tell(tenant, aFact({ bookingUid: 'a' }))
    const nobody = await tell(tenant, aFact({ bookingUid: 'a', attendees: [] }))

    assert.equal(unknown.kind === 'parked' && unknown.reason, 'User not found')
    assert.ok(unknown.kind === 'parked' && !unknown.waitsFor.includes('prospect'))
    assert.deepEqual(unpaid, {
      kind: 'parked',
      reason: 'No active package',
      waitsFor: `package:${clientId}`,
    })
    assert.equal(nobody.kind === 'parked' && nobody.waitsFor, 'booking:calcom:a')
    assert.equal((await sessionsOf(tenant)).length, 0)
  })

  it('charges no package bought later for what was called off before', async () => {
    const tenant = await aTenant(world)
    const { userId } = tenant
    const clientId = await inside(tenant, (tx) => aClient(tx, { userId }))
    const booking = { bookingUid: 'a', startAt: '2020-01-02T10:00:00.000000Z' }
    const endAt = '2020-01-02T11:00:00.000000Z'
    const late = '2020-01-02T09:00:00.000000Z'

    const created = await tell(tenant, aFact({ ...booking, endAt }))
    await tell(tenant, aFact({ ...booking, endAt, kind: 'cancelled', occurredAt: late }))
    const packageId = await inside(tenant, (tx) => aPackage(tx, clientId, { userId }))
    const again = await tell(tenant, aFact({ ...booking, endAt }))

    assert.deepEqual([created.kind, again.kind], ['parked', 'applied'])
    assert.deepEqual(
      (await sessionsOf(tenant)).map(({ status, credit }) => [status, credit]),
      [['cancelled', 'none']],
    )
    assert.equal((await creditsOf(packageId)).left, 10)
  })

  it('lets the package pay that expires first, and none that has expired', async () => {
    const { tenant, clientId, packageId } = await aStage()
    const { userId } = tenant
    const [soon, over] = await inside(tenant, async (tx) => [
      await aPackage(tx, clientId, { userId, sessions: 1, expiresAt: new Date('2190-01-01') }),
      await aPackage(tx, clientId, { userId, expiresAt: new Date(Date.now() - 1_000) }),
    ])

    await tell(tenant, aFact({ bookingUid: 'a' }))
    await tell(tenant, aFact({ bookingUid: 'b' }))

    assert.equal((await creditsOf(soon ?? '')).left, 0)
    assert.equal((await creditsOf(packageId)).left, 9)
    assert.equal((await creditsOf(over ?? '')).left, 10)
  })

  it('charges who booked and no guest, and each seat of a booking by itself', async () => {
    const { tenant, packageId } = await aStage()
    const { userId } = tenant
    const other = await inside(tenant, async (tx) => {
      const email = 'guest@prospect.test'
      return aPackage(tx, await aClient(tx, { userId, email }), { userId })
    })
    const guest = { email: 'guest@prospect.test', name: null, timezone: null }
    const { attendees } = aFact({ bookingUid: 'a' })

    await tell(tenant, aFact({ bookingUid: 'a', attendees: [...attendees, guest] }))
    const charged = [(await creditsOf(packageId)).left, (await creditsOf(other)).left]
    await tell(tenant, aFact({ bookingUid: 'a', attendees: [guest] }))
    await tell(tenant, aFact({ bookingUid: 'a', kind: 'cancelled', attendees: [guest] }))

    assert.deepEqual(charged, [9, 10])
    assert.deepEqual(
      (await sessionsOf(tenant)).map(({ status }) => status),
      ['scheduled', 'cancelled'],
    )
    assert.deepEqual([(await creditsOf(packageId)).left, (await creditsOf(other)).left], [9, 10])
  })

  it('finds the session by its booking where a fact names nobody', async () => {
    const { tenant } = await aStage()
    await tell(tenant, aFact({ bookingUid: 'a' }))

    const end = await tell(
      tenant,
      aFact({ bookingUid: 'a', kind: 'noShow', noShow: true, attendees: [] }),
    )

    assert.equal(end.kind === 'applied' && end.changed, true)
    assert.equal((await sessionsOf(tenant))[0].no_show, true)
  })

  it('makes one session of two that turn out to be one, with one credit', async () => {
    const { tenant, packageId } = await aStage()

    await tell(tenant, aFact({ bookingUid: 'a' }))
    await tell(tenant, aFact({ bookingUid: 'c', kind: 'rescheduled', replacesUid: 'b' }))
    const apart = await creditsOf(packageId)
    await tell(tenant, aFact({ bookingUid: 'b', kind: 'rescheduled', replacesUid: 'a' }))

    assert.equal(apart.spent, 2)
    const sessions = await sessionsOf(tenant)
    assert.deepEqual([sessions.length, sessions[0].uid, sessions[0].moved_count], [1, 'c', 2])
    assert.deepEqual(await creditsOf(packageId), { left: 9, held: 0, spent: 1, sum: 9 })
  })

  it('tells the sockets of a session made, moved and called off', async () => {
    const { tenant } = await aStage()

    await tell(tenant, aFact({ bookingUid: 'a' }))
    await tell(tenant, aFact({ bookingUid: 'b', kind: 'rescheduled', replacesUid: 'a' }))
    await tell(tenant, aFact({ bookingUid: 'b', kind: 'cancelled' }))

    const { rows } = await world.owner.query(
      `select event, audience from outbox where organization_id = $1 order by seq`,
      [tenant.organizationId],
    )
    assert.deepEqual(
      rows.map(({ event }) => event),
      ['session:created', 'session:updated', 'session:canceled'],
    )
    assert.ok(rows.every(({ audience }) => audience.includes(tenant.userId)))
  })

  it('ends the same in whichever order, number and delay its facts come', async () => {
    const late = '2199-03-02T09:00:00.000000Z'
    const stories: SessionFact[][] = [
      [
        aFact({ bookingUid: 'a', occurredAt: at(1) }),
        aFact({ bookingUid: 'b', kind: 'rescheduled', replacesUid: 'a', occurredAt: at(2) }),
        aFact({ bookingUid: 'c', kind: 'rescheduled', replacesUid: 'b', occurredAt: at(3) }),
        aFact({ bookingUid: 'c', kind: 'noShow', noShow: true, occurredAt: at(4) }),
      ],
      [
        aFact({ bookingUid: 'a', kind: 'requested', occurredAt: at(1) }),
        aFact({ bookingUid: 'a', kind: 'confirmed', occurredAt: at(2) }),
        aFact({ bookingUid: 'a', kind: 'cancelled', occurredAt: at(3), reason: 'ill' }),
      ],
      [
        aFact({ bookingUid: 'a', kind: 'requested', occurredAt: at(1) }),
        aFact({ bookingUid: 'a', kind: 'paid', occurredAt: at(2), meetingLink: null }),
        aFact({ bookingUid: 'a', kind: 'cancelled', occurredAt: late }),
      ],
      [
        aFact({ bookingUid: 'a', occurredAt: at(1) }),
        aFact({ bookingUid: 'a', kind: 'cancelled', occurredAt: at(2), replacedByUid: 'b' }),
        aFact({ bookingUid: 'b', kind: 'requested', replacesUid: 'a', occurredAt: at(2) }),
        aFact({ bookingUid: 'b', kind: 'rejected', occurredAt: at(3), reason: 'no time' }),
      ],
      [
        aFact({ bookingUid: 'a', occurredAt: at(1) }),
        aFact({ bookingUid: 'a', kind: 'cancelled', occurredAt: at(2), reason: 'Please move' }),
        aFact({ bookingUid: 'b', kind: 'rescheduled', replacesUid: 'a', occurredAt: at(3) }),
        aFact({ bookingUid: 'b', kind: 'cancelled', occurredAt: late }),
      ],
    ]
    for (const story of stories) {
      const inOrder = await told(story)
      assert.equal(inOrder.sessions.length, 1)
      await fc.assert(
        fc.asyncProperty(
          fc.shuffledSubarray([...story, ...story], { minLength: story.length * 2 }),
          async (facts) => assert.deepEqual(await told(facts), inOrder),
        ),
        { numRuns: 12 },
      )
    }
  })
})
