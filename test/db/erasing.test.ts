import assert from 'node:assert/strict'
import type { TenantTx } from '../../db/database.ts'
import { type Erasure, erasePerson } from '../../db/erasing.ts'
import { clientFact } from '../../db/clients.ts'
import { packageFact } from '../../db/packages.ts'
import { park } from '../../db/parked.ts'
import { applySession } from '../../db/session-bookings.ts'
import { aSlot } from '../support/booking-stories.ts'
import { columnsWith, everythingIn, type Stored } from '../support/database-scan.ts'
import { aFact } from '../support/session-facts.ts'
import { until } from '../support/until.ts'
import { accountOf, book, invitee, liveALife, OTHER, PERSON, WORDS } from './known-person.ts'
import { aDelivery, aTenant, openWorld, type Tenant, type World } from './world.ts'

describe('erasing a person', () => {
  let world: World
  let mine: Tenant
  let theirs: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => {
    mine = await aTenant(world)
    theirs = await aTenant(world)
    for (const tenant of [mine, theirs]) await liveALife(world, tenant)
  })

  const inside = <T>({ organizationId }: Tenant, work: (tx: TenantTx) => Promise<T>): Promise<T> =>
    world.database.withTenant(organizationId, work)

  const storedOf = async (tenant: Tenant): Promise<Stored[]> =>
    (await everythingIn(world.owner)).filter((one) => one.organizationId === tenant.organizationId)

  const erase = (tenant: Tenant, email = PERSON) =>
    inside(tenant, (tx) => erasePerson(tx, email, () => []))

  /** Where anything of the person still stands; mail of nobody by the account it is for. */
  async function traces({ organizationId, endpoint }: Tenant): Promise<string[]> {
    const stored = await everythingIn(world.owner)
    return columnsWith(
      stored.filter((one) => one.organizationId === organizationId || one.text.includes(endpoint)),
      WORDS,
    )
  }

  it('leaves the address, the name, the answers and the bookings’ ids nowhere', async () => {
    const before = await traces(mine)

    const erased = (await erase(mine)) as Erasure

    assert.deepEqual(await traces(mine), [])
    for (const column of [
      'client.email',
      'inbound_event.body',
      'meeting.answers',
      'meeting.guests',
      'meeting.name',
      'meeting_invitee.fact',
      'meeting_slot.fact',
      'outbox.payload',
      'parked_item.reason',
      'prospect.email_normalized',
      'session.title',
    ])
      assert.ok(before.includes(column), `${column} had nothing to erase: ${before.join()}`)
    assert.deepEqual(
      { ...erased, traces: erased.traces > 5 },
      { prospects: 1, meetings: 1, clients: 1, sessions: 1, events: 4, traces: true, kept: 0 },
    )
    const { rowCount: mail } = await world.owner.query(
      'select 1 from unrouted_delivery where account_uris @> array[$1]',
      [await accountOf(world, mine)],
    )
    assert.equal(mail, 0)
  })

  it('changes nothing of another organization that knows the same person', async () => {
    const before = await storedOf(theirs)

    await erase(mine)

    assert.deepEqual(await storedOf(theirs), before)
  })

  it('keeps what others need: their meeting, their answers, what was paid', async () => {
    await erase(mine)

    const { rows: people } = await world.owner.query(
      `select i.email from meeting_invitee i join meeting m on m.id = i.meeting_id
       where i.organization_id = $1 order by m.slot_uri`,
      [mine.organizationId],
    )
    const { rows: guests } = await world.owner.query(
      `select guests from meeting where organization_id = $1 and slot_uri = 'guests'`,
      [mine.organizationId],
    )
    const { rows: ledger } = await world.owner.query(
      `select credits_left as left, (select sum(left_change)::int from credit_entry e
         where e.organization_id = p.organization_id) as sum
       from client_package p where organization_id = $1`,
      [mine.organizationId],
    )
    assert.deepEqual(people, [{ email: OTHER.email }, { email: OTHER.email }])
    assert.deepEqual(guests, [{ guests: [{ email: 'third@prospect.test' }] }])
    assert.deepEqual(ledger, [{ left: 9, sum: 9 }])
  })

  it('does not let a late delivery or a sync bring the person back', async () => {
    await erase(mine)

    const again = [
      await book(world, mine, {
        kind: 'seen',
        invitee: invitee('pat-booking-1', 'alone'),
        slot: aSlot({ uri: 'alone' }),
      }),
      await book(world, mine, {
        kind: 'created',
        invitee: invitee('pat-booking-9', 'later', {
          oldInviteeUri: 'https://provider.test/invitees/pat-booking-1',
        }),
        slot: aSlot({ uri: 'later' }),
      }),
    ]
    const session = await inside(mine, (tx) =>
      applySession(tx, {
        integrationId: mine.integrationId,
        eventId: null,
        fact: aFact({ bookingUid: 'pat-booking-3', kind: 'cancelled' }),
      }),
    )

    assert.deepEqual([...again, session.kind], ['erased', 'erased', 'erased'])
    assert.deepEqual(await traces(mine), [])
  })

  it('does not let a sync bring back what waited for a client or a package', async () => {
    const uids = ['waits-for-client', 'waits-for-package']
    const [client] = await inside(mine, ({ trx }) =>
      trx.selectFrom('client').select('id').execute(),
    )
    const facts = [clientFact(PERSON), packageFact(client?.id ?? '')]
    for (const [place, uid] of uids.entries()) {
      const delivery = aDelivery(mine.endpoint, `BOOKING_CREATED ${uid}`, `{"by":"${PERSON}"}`)
      const [stored] = await world.ingress.acceptEvents([{ ...delivery, claimed: true }])
      assert.ok(stored?.outcome === 'stored')
      const { eventId } = stored
      const waitsFor = facts[place] ?? ''
      await inside(mine, (tx) => park(tx, { eventId, reason: 'it waits', waitsFor }))
    }

    await erase(mine)

    for (const bookingUid of uids) {
      const fact = aFact({ provider: 'calendly', bookingUid })
      const { integrationId } = mine
      const again = await inside(mine, (tx) =>
        applySession(tx, { integrationId, eventId: null, fact }),
      )
      assert.equal(again.kind, 'erased', bookingUid)
    }
  })

  it('does not write onto a client who is erased while a sync waits for it', async () => {
    const { organizationId, integrationId } = mine
    const fact = aFact({
      bookingUid: 'pat-booking-8',
      title: 'Secret Name and Rita',
      attendees: [{ email: PERSON, name: 'Secret Name', timezone: null }],
    })
    const sync = () =>
      inside(mine, (tx) => applySession(tx, { integrationId, eventId: null, fact }))
    const erasing = Promise.withResolvers<void>()
    const waiting = Promise.withResolvers<void>()

    const erased = inside(mine, async (tx) => {
      await erasePerson(tx, PERSON, () => [])
      erasing.resolve()
      await waiting.promise
    })
    await erasing.promise
    const synced = sync()
    await until(async () => {
      const { rows } = await world.owner.query(
        `select from pg_stat_activity where datname = current_database()
           and wait_event_type = 'Lock' and query like '%from "client"%'`,
      )
      return rows.length > 0
    }).finally(waiting.resolve)
    await erased

    assert.deepEqual(await synced, { kind: 'erased' })
    assert.deepEqual(await sync(), { kind: 'erased' })
    const { rows } = await world.owner.query(
      'select 1 from session_booking where organization_id = $1',
      [organizationId],
    )
    assert.deepEqual(rows, [])
    assert.deepEqual(await traces(mine), [])
  })

  it('forgets who called a session off', async () => {
    await world.owner.query(
      `update session set status = 'cancelled', cancelled_by = 'Secret Name'
       where organization_id = $1`,
      [mine.organizationId],
    )

    await erase(mine)

    assert.deepEqual(await traces(mine), [])
  })

  it('knows a person again who books anew afterwards', async () => {
    await erase(mine)

    const fresh = await book(world, mine, {
      kind: 'created',
      invitee: invitee('anew', 'new slot'),
      slot: aSlot({ uri: 'new slot' }),
    })

    assert.ok(fresh !== 'erased' && fresh.created)
  })

  it('takes an address for itself only, not for a longer one that contains it', async () => {
    const longer = `x.${PERSON}.au`
    await book(world, mine, {
      kind: 'created',
      invitee: invitee('longer', 'longer', { ...OTHER, email: longer }),
      slot: aSlot({ uri: 'longer', name: `With ${longer}` }),
    })

    await erase(mine)

    const stored = await everythingIn(world.owner)
    assert.deepEqual(
      columnsWith(stored, [longer]).filter((column) => !column.startsWith('outbox')),
      ['meeting.name', 'meeting_invitee.email', 'meeting_invitee.fact', 'meeting_slot.fact'].concat(
        ['prospect.email', 'prospect.email_normalized'],
      ),
    )
  })

  it('finds nothing more when it is run again, and nobody where nobody is', async () => {
    await erase(mine)

    const [again, nobody] = [await erase(mine), await erase(mine, 'nobody@nowhere.test')]

    const nothing = { prospects: 0, meetings: 0, clients: 0, sessions: 0, events: 0 }
    assert.deepEqual(again, { ...nothing, traces: 0, kept: 0 })
    assert.deepEqual(nobody, { ...nothing, traces: 0, kept: 0 })
  })

  it('refuses the address of a connected account and of a colleague', async () => {
    await world.owner.query(
      `update integration set provider_account_email = 'Rita@Acme.test' where id = $1`,
      [mine.integrationId],
    )
    await world.owner.query(`update app_user set subject = 'boss@acme.test' where id = $1`, [
      mine.userId,
    ])

    assert.equal(await erase(mine, 'rita@acme.test'), 'connected')
    assert.equal(await erase(mine, 'BOSS@acme.test'), 'colleague')
  })

  it('counts what it can not change, so that nobody believes it gone', async () => {
    await inside(mine, ({ trx, organizationId }) =>
      trx
        .insertInto('audit_entry')
        .values({
          organization_id: organizationId,
          id: organizationId,
          actor_user_id: null,
          action: 'a mistake',
          subject: PERSON,
          detail: '{}',
        })
        .execute(),
    )

    const erased = (await erase(mine)) as Erasure

    assert.equal(erased.kept, 1)
  })
})
