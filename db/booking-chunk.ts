import { sql } from 'kysely'
import type { BookingEvent } from '../domain/booking.ts'
import { normalizeEmail } from '../domain/email.ts'
import { lineageLinks } from '../domain/lineage.ts'
import {
  type AccountRow,
  lineageKeys,
  type Lineage,
  type People,
  peopleBehind,
} from './booking-load.ts'
import { tellBooking } from './booking-news.ts'
import { planBooking } from './booking-plan.ts'
import { writeBooking } from './booking-write.ts'
import { PREPARED } from './prepared.ts'
import type { TenantTx } from './tenant.ts'

/** One booking of a chunk, and the inbound event behind it, locked by the caller. */
export interface ChunkBooking {
  readonly integrationId: string
  readonly event: BookingEvent
  readonly eventId: string
}

/**
 * What `applyBooking` does, for many bookings at the price of one: the same rows and the same news,
 * in their order. No two may have a lineage key in common. Answers the meetings by event; one whose
 * lineage is known already is left out, since only meetings locked and read again may be changed.
 */
export async function applyChunk(
  tx: TenantTx,
  bookings: readonly ChunkBooking[],
): Promise<Map<string, string>> {
  if (bookings.length === 0) return new Map()
  const peopleOf = await lockLineages(tx, bookings)
  const lineages = await loadLineages(tx, bookings)
  const planned = bookings.flatMap((booking, place) => {
    const known = lineages[place]
    if (known === undefined || known.meetings.length > 0 || known.is_erased) return []
    const plan = planBooking({ tx, booking, people: peopleOf(booking), known })
    return [{ eventId: booking.eventId, plan }]
  })
  const plans = planned.map(({ plan }) => plan)
  await writeBooking(tx, plans)
  for (const plan of plans) tellBooking(tx, plan)
  return new Map(planned.map(({ eventId, plan }) => [eventId, plan.meetingId]))
}

/**
 * Takes the locks of all bookings, in the one order that everybody takes them in: neither a chunk
 * nor a single event ever waits for one that waits for it.
 */
async function lockLineages(
  { trx, organizationId }: TenantTx,
  bookings: readonly ChunkBooking[],
): Promise<(booking: ChunkBooking) => People> {
  const keys = bookings.flatMap(({ event }) => lineageKeys(event))
  const locks = keys.map((key) => `${organizationId} ${key}`).toSorted()
  const ids = [...new Set(bookings.map(({ integrationId }) => integrationId))]
  const hosts = new Set(bookings.flatMap(({ event }) => event.slot.hosts.map((h) => h.userUri)))
  const providers = [...new Set(bookings.map(({ event }) => event.provider))]
  const { rows } = await sql<AccountRow>`${PREPARED}
    select i.id, i.user_id, i.provider, i.provider_user_uri as uri
    from (select count(pg_advisory_xact_lock(hashtextextended(k, 0)))
      from unnest(${locks}::text[]) as k) as locked,
      integration i
    where i.organization_id = ${organizationId} and (i.id = any (${ids}::uuid[])
      or (i.provider = any (${providers}::text[])
        and i.provider_user_uri = any (${[...hosts]}::text[])))
    order by i.id desc`.execute(trx)
  return (booking) => peopleBehind(booking, rows)
}

/** What is known of each, in their order, in one round trip. */
async function loadLineages(
  { trx, organizationId }: TenantTx,
  bookings: readonly ChunkBooking[],
): Promise<Lineage[]> {
  const asked = bookings.map(({ event }, place) => {
    const { inviteeUris, slotUris } = lineageLinks(event)
    const email = normalizeEmail(event.invitee.email)
    return { place, provider: event.provider, slots: slotUris, invitees: inviteeUris, email }
  })
  const { rows } = await sql<Lineage>`${PREPARED}
    select known.*, erased_among(a.provider, a.invitees) as is_erased
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
        as a (place int, provider text, slots text[], invitees text[], email text),
      lateral booking_lineage(${organizationId}, a.provider, a.slots, a.invitees, a.email) as known
    order by a.place`.execute(trx)
  return rows
}
