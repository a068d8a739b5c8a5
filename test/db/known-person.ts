import assert from 'node:assert/strict'
import { type Applied, applyBooking } from '../../db/bookings.ts'
import { beginIdempotent, finishIdempotent } from '../../db/idempotency.ts'
import { park } from '../../db/parked.ts'
import { applySession } from '../../db/session-bookings.ts'
import type { BookingEvent, InviteeFact } from '../../domain/booking.ts'
import { anInvitee, aSlot } from '../support/booking-stories.ts'
import { aClient, aFact, aPackage } from '../support/session-facts.ts'
import { aDelivery, type Tenant, type World } from './world.ts'

export const PERSON = 'Pat.Secret@Prospect.test'
/** What tells of the person wherever it stands. */
export const WORDS = [PERSON, 'Secret Name', 'my private answer', 'pat-booking']
/** Somebody else who books the same things. */
export const OTHER = { email: 'other@prospect.test', name: 'Other', answers: [] }

/** One fact of Calendly, as an event applies it. */
export const book = (
  { database }: World,
  { organizationId, integrationId }: Tenant,
  event: Omit<BookingEvent, 'provider'>,
): Promise<Applied | 'erased'> =>
  database.withTenant(organizationId, (tx) =>
    applyBooking(tx, { integrationId, eventId: null, event: { provider: 'calendly', ...event } }),
  )

/** The person in a slot. */
export const invitee = (
  uri: string,
  slotUri: string,
  more: Partial<InviteeFact> = {},
): InviteeFact =>
  anInvitee({
    uri: `https://provider.test/invitees/${uri}`,
    slotUri,
    email: PERSON,
    name: 'Secret Name',
    answers: [{ question: 'Why?', answer: 'my private answer', position: 0 }],
    ...more,
  })

/** Everything that can tell of a person: booked alone, in a group, as a guest; paid; waiting. */
export async function liveALife(world: World, tenant: Tenant): Promise<void> {
  await beBooked(world, tenant)
  await beDelivered(world, tenant)
  const { organizationId, userId, integrationId } = tenant
  await world.database.withTenant(organizationId, async (tx) => {
    const clientId = await aClient(tx, { userId, email: PERSON })
    await aPackage(tx, clientId, { userId })
    const attendees = [{ email: PERSON, name: 'Secret Name', timezone: null }]
    const fact = aFact({ bookingUid: 'pat-booking-3', title: 'Secret Name and Rita', attendees })
    await applySession(tx, { integrationId, eventId: null, fact })
    const request = { userId, route: 'POST /api/clients', key: 'k', requestHash: Buffer.alloc(3) }
    await beginIdempotent(tx, request)
    await finishIdempotent(tx, { ...request, status: 201, response: { email: PERSON } })
  })
}

async function beBooked(world: World, tenant: Tenant): Promise<void> {
  const kind = 'created'
  const alone = aSlot({ uri: 'alone', name: `Call with ${PERSON}` })
  const group = aSlot({ uri: 'group', capacity: 5 })
  const guests = [{ email: PERSON }, { email: 'third@prospect.test' }]
  await book(world, tenant, { kind, invitee: invitee('pat-booking-1', 'alone'), slot: alone })
  await book(world, tenant, { kind, invitee: invitee('pat-booking-2', 'group'), slot: group })
  await book(world, tenant, { kind, invitee: invitee('o1', 'group', OTHER), slot: group })
  await book(world, tenant, {
    kind,
    invitee: invitee('o2', 'guests', OTHER),
    slot: aSlot({ uri: 'guests', guests }),
  })
}

async function beDelivered(world: World, tenant: Tenant): Promise<void> {
  const { organizationId, endpoint } = tenant
  for (const name of ['waiting', 'done', 'parked', 'unreadable'])
    await world.ingress.acceptEvents([
      { ...aDelivery(endpoint, `${name} ${endpoint}`, `{"${name}":"${PERSON}"`), claimed: false },
    ])
  const { rows } = await world.owner.query<{ id: string; name: string }>(
    `select id, split_part(dedupe_key, ' ', 1) as name from inbound_event
     where organization_id = $1`,
    [organizationId],
  )
  const eventOf = (name: string) => rows.find((row) => row.name === name)?.id ?? assert.fail()
  await world.database.withTenant(organizationId, (tx) =>
    park(tx, { eventId: eventOf('parked'), reason: `no ${PERSON}`, waitsFor: 'x' }),
  )
  await world.owner.query(`update inbound_event set status = 'processed' where id = $1`, [
    eventOf('done'),
  ])
  await world.ingress.keepUnrouted({
    ...aDelivery('none', `mail ${endpoint}`, `{"mail":"${PERSON}"}`),
    provider: 'calendly',
    accountUris: [await accountOf(world, tenant)],
  })
}

/** The account a tenant has connected. */
export async function accountOf({ owner }: World, { integrationId }: Tenant): Promise<string> {
  const { rows } = await owner.query<{ uri: string }>(
    'select provider_user_uri as uri from integration where id = $1',
    [integrationId],
  )
  return rows[0]?.uri ?? ''
}
