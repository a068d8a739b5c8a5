import { sql } from 'kysely'
import { normalizeEmail } from '../domain/email.ts'
import { clientFact } from './clients.ts'
import { type BookingUri, noteErased } from './erased.ts'
import { forgetAnswers } from './erasing-answers.ts'
import { eraseBookings } from './erasing-bookings.ts'
import { eraseClients } from './erasing-clients.ts'
import { type BookersIn, forgetAbout } from './erasing-deliveries.ts'
import { holdPerson, uidOf } from './erasing-locks.ts'
import { sweepMentions } from './erasing-mentions.ts'
import { tellLeft } from './erasing-news.ts'
import { patternOf } from './erasing-pattern.ts'
import { packageFact } from './packages.ts'
import type { TenantTx } from './tenant.ts'

/** What was erased, in numbers. */
export interface Erasure {
  readonly prospects: number
  readonly meetings: number
  readonly clients: number
  readonly sessions: number
  /** Deliveries whose content was destroyed. */
  readonly events: number
  /** Frames for sockets, mail that waited for its account, and other places that named the person. */
  readonly traces: number
  /** Lines of the audit or the ledger that name the person: nobody can change those. */
  readonly kept: number
}

/** Long enough for every body of 30 days; whoever asks is an admin who waits for the answer. */
const PATIENCE = '60s'

/**
 * Removes a person from everything the organization holds, in one transaction: what tells of them
 * alone goes, what others need stays without them. Bookings known of them, or told of by a delivery
 * that waits, can't come back. An address of the organization's own is refused: `connected` account, `colleague`.
 */
export async function erasePerson(
  tx: TenantTx,
  email: string,
  bookersIn: BookersIn,
): Promise<Erasure | 'connected' | 'colleague'> {
  const { trx } = tx
  const normalized = normalizeEmail(email)
  await sql`select set_config('statement_timeout', ${PATIENCE}, true),
    set_config('lock_timeout', ${PATIENCE}, true)`.execute(trx)
  const whose = await ownAddress(tx, normalized)
  if (whose !== undefined) return whose
  const named = await holdPerson(tx, { email, normalized })
  const booked = await eraseBookings(tx, normalized)
  const clients = await eraseClients(tx, normalized)
  const facts = [clientFact(normalized), ...clients.ids.map((id) => packageFact(id))]
  const waiting = await waitingFor(tx, facts)
  await noteErased(tx, [...booked.uris, ...clients.uris, ...waiting])
  const pattern = patternOf([email, normalized, ...booked.spellings, ...clients.spellings])
  const uris = [...booked.uris, ...clients.uris].map(({ uri }) => uidOf(uri))
  // Spelled in other letters than ASCII, an address is found by its bytes only.
  const told = [...uris, email, ...booked.spellings, ...clients.spellings]
  const events = await forgetAbout(tx, { pattern, told, normalized, bookersIn })
  const ids = [...booked.ids, ...clients.ids]
  const { rows } = await sql<{ traces: number }>`
    select erase_traces(${pattern}, ${ids}::uuid[], ${clients.users}::uuid[]) as traces`.execute(
    trx,
  )
  const answers = await forgetAnswers(tx, { pattern, ids })
  const { swept, kept } = await sweepMentions(tx, pattern)
  await tellLeft(tx, { ...booked, named })
  const traces = (rows[0]?.traces ?? 0) + answers + swept
  const { prospects, meetings } = booked
  return { prospects, meetings, ...clients.counts, events, traces, kept }
}

/** A colleague, or the account behind an integration, is not erased by its address. */
async function ownAddress({ trx, organizationId }: TenantTx, normalized: string) {
  const { rows } = await sql<{ connected: boolean; colleague: boolean }>`select
    exists (select from integration where organization_id = ${organizationId}
      and status <> 'disconnected' and lower(provider_account_email) = ${normalized}) as connected,
    exists (select from app_user where organization_id = ${organizationId}
      and role <> 'client' and lower(subject) = ${normalized}) as colleague`.execute(trx)
  if (rows[0]?.connected === true) return 'connected'
  return rows[0]?.colleague === true ? 'colleague' : undefined
}

/** Bookings that never became sessions, for want of a client or a package: a sync has them still. */
async function waitingFor(
  { trx, organizationId }: TenantTx,
  facts: readonly string[],
): Promise<readonly BookingUri[]> {
  // The key of a delivery, and of what a sync has kept, is its kind and its booking.
  const { rows } = await sql<BookingUri>`
    select distinct e.provider, split_part(e.dedupe_key, ' ', 2) as uri
    from parked_item p join inbound_event e
      on e.organization_id = p.organization_id and e.id = p.event_id
    where p.organization_id = ${organizationId} and p.waits_for = any (${facts}::text[])`.execute(
    trx,
  )
  return rows
}
