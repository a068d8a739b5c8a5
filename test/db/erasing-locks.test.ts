import assert from 'node:assert/strict'
import { applyBooking } from '../../db/bookings.ts'
import { erasePerson } from '../../db/erasing.ts'
import { lockEvent, markProcessed } from '../../db/inbound-events.ts'
import { aSlot } from '../support/booking-stories.ts'
import { columnsWith, everythingIn } from '../support/database-scan.ts'
import { until } from '../support/until.ts'
import { invitee, liveALife, OTHER, PERSON } from './known-person.ts'
import { aDelivery, aTenant, openWorld, type Tenant, type World } from './world.ts'

/** Rows that somebody holds who then wants others, as handlers of events and syncs do. */
const ORDERS = {
  'a meeting who then wants an earlier one': [
    `select from meeting where organization_id = $1 and slot_uri = 'guests' for no key update`,
    `select from meeting where organization_id = $1 and slot_uri = 'alone' for no key update`,
  ],
  'a meeting who then moves the people in it': [
    `select from meeting where organization_id = $1 and slot_uri = 'group' for no key update`,
    `update meeting_invitee set updated_at = now() where organization_id = $1`,
  ],
  'a client who then wakes what waited for it': [
    'select from client where organization_id = $1 for update',
    `select from inbound_event where organization_id = $1 and status = 'parked' for no key update`,
  ],
  'a delivery who then wants its client': [
    `select from inbound_event where organization_id = $1 and status = 'parked' for no key update`,
    'select from client where organization_id = $1 for update',
  ],
  'a delivery who then wants the person': [
    `select from inbound_event where organization_id = $1 and status = 'parked' for no key update`,
    `select pg_advisory_xact_lock(hashtextextended($1::uuid || ' email ${PERSON.toLowerCase()}', 0))`,
  ],
} as const

describe('an erasure beside others', () => {
  let world: World
  let mine: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => {
    mine = await aTenant(world)
    await liveALife(world, mine)
  })

  const erase = () =>
    world.database.withTenant(mine.organizationId, (tx) => erasePerson(tx, PERSON, () => []))

  const isSomebodyWaiting = async (): Promise<boolean> => {
    const { rows } = await world.owner.query(
      `select from pg_stat_activity where datname = current_database()
         and wait_event_type = 'Lock'`,
    )
    return rows.length > 0
  }

  for (const [holder, [first, second]] of Object.entries(ORDERS))
    it(`never holds up somebody with ${holder}`, async () => {
      const other = await world.owner.connect()
      try {
        await other.query('begin')
        await other.query(first, [mine.organizationId])

        const erased = erase()
        await until(isSomebodyWaiting)
        await other.query(second, [mine.organizationId])
        await other.query('commit')

        assert.partialDeepStrictEqual(await erased, { prospects: 1, meetings: 1, clients: 1 })
      } finally {
        other.release(true)
      }
    })

  it('leaves a meeting that somebody else is booking into at this moment', async () => {
    const { organizationId, integrationId } = mine
    const event = {
      provider: 'calendly',
      kind: 'created',
      invitee: invitee('o3', 'alone', { ...OTHER, email: 'late@prospect.test' }),
      slot: aSlot({ uri: 'alone' }),
    } as const
    const booked = Promise.withResolvers<void>()
    const committing = Promise.withResolvers<void>()

    const booking = world.database.withTenant(organizationId, async (tx) => {
      await applyBooking(tx, { integrationId, eventId: null, event })
      booked.resolve()
      await committing.promise
    })
    await booked.promise
    const erased = erase()
    await until(isSomebodyWaiting).finally(committing.resolve)
    await booking

    assert.partialDeepStrictEqual(await erased, { prospects: 1, meetings: 0 })
    const { rows } = await world.owner.query(
      `select email from meeting_invitee i join meeting m on m.id = i.meeting_id
       where i.organization_id = $1 and m.slot_uri = 'alone'`,
      [organizationId],
    )
    assert.deepEqual(rows, [{ email: 'late@prospect.test' }])
  })

  it('takes with it what is being handled when it begins', async () => {
    const { organizationId, integrationId, endpoint } = mine
    const uri = 'https://provider.test/invitees/pat-booking-7'
    const [stored] = await world.ingress.acceptEvents([
      aDelivery(endpoint, `now ${endpoint}`, `{"email":"${PERSON}"}`),
    ])
    const eventId = stored !== undefined && 'eventId' in stored ? stored.eventId : ''
    const begun = Promise.withResolvers<void>()
    const goingOn = Promise.withResolvers<void>()

    const handling = world.database.withTenant(organizationId, async (tx) => {
      await lockEvent(tx, eventId)
      begun.resolve()
      await goingOn.promise
      const booking = { invitee: invitee('pat-booking-7', 'now'), slot: aSlot({ uri: 'now' }) }
      const event = { provider: 'calendly', kind: 'created', ...booking } as const
      await applyBooking(tx, { integrationId, eventId, event })
      await markProcessed(tx, eventId, null)
    })
    await begun.promise
    const erased = erase()
    await until(isSomebodyWaiting).finally(goingOn.resolve)
    await handling

    assert.partialDeepStrictEqual(await erased, { prospects: 1, meetings: 2 })
    const own = (await everythingIn(world.owner)).filter(
      (one) => one.organizationId === organizationId,
    )
    assert.deepEqual(columnsWith(own, [PERSON, uri]), [])
  })
})
