import { normalizeEmail } from '../domain/email.ts'
import type { SessionFact } from '../domain/session-fact.ts'
import type { KnownBooking } from '../domain/session-merge.ts'
import { clientFact } from './clients.ts'
import { lockFact } from './parked.ts'
import type { SessionRow } from './session-rows.ts'
import type { TenantTx } from './tenant.ts'

/** Whose session a fact is about, or what has to appear before that can be said. */
export type Payers =
  | { readonly clientIds: readonly string[] }
  | { readonly clientIds: readonly []; readonly waitsFor: string }

/** The name under which a fact that names nobody waits for the session of its booking. */
export const bookingFact = ({
  provider,
  bookingUid,
}: Pick<SessionFact, 'provider' | 'bookingUid'>): string => `booking:${provider}:${bookingUid}`

/**
 * The clients a fact is about: who booked, or, where nobody is named, whoever has a session of this
 * booking. Not found, the missing fact is locked: nobody makes it before the event is parked.
 */
export async function payersOf(tx: TenantTx, fact: SessionFact): Promise<Payers> {
  const email = fact.attendees[0]?.email
  const look = () => (email === undefined ? clientsByBooking(tx, fact) : clientsByEmail(tx, email))
  const found = await look()
  if (found.length > 0) return { clientIds: found }
  const waitsFor = email === undefined ? bookingFact(fact) : clientFact(email)
  await lockFact(tx, waitsFor)
  const again = await look()
  return again.length > 0 ? { clientIds: again } : { clientIds: [], waitsFor }
}

async function clientsByEmail({ trx, organizationId }: TenantTx, email: string) {
  const rows = await trx
    .selectFrom('client')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('email_normalized', '=', normalizeEmail(email))
    .execute()
  return rows.map(({ id }) => id)
}

async function clientsByBooking(
  { trx, organizationId }: TenantTx,
  { provider, bookingUid, replacesUid }: SessionFact,
) {
  const rows = await trx
    .selectFrom('session_booking')
    .select('client_id')
    .distinct()
    .where('organization_id', '=', organizationId)
    .where('provider', '=', provider)
    .where('booking_uid', 'in', [bookingUid, ...(replacesUid === null ? [] : [replacesUid])])
    // In one order for everybody: each is locked in turn.
    .orderBy('client_id')
    .execute()
  return rows.map(({ client_id }) => client_id)
}

/** What is known already of the bookings a fact hangs together with, and their sessions, locked. */
export interface KnownSessions {
  readonly bookings: readonly KnownBooking[]
  readonly sessions: readonly SessionRow[]
}

/** Loads a fact's lineage; the client's lock keeps it as it is. */
export async function loadSessions(
  { trx, organizationId }: TenantTx,
  { clientId, fact }: { readonly clientId: string; readonly fact: SessionFact },
): Promise<KnownSessions> {
  const uids = [fact.bookingUid, fact.replacesUid, fact.replacedByUid].filter((uid) => uid !== null)
  const near = await trx
    .selectFrom('session_booking')
    .select('session_id')
    .distinct()
    .where('organization_id', '=', organizationId)
    .where('client_id', '=', clientId)
    .where('provider', '=', fact.provider)
    .where((is) =>
      is.or([
        is('booking_uid', 'in', uids),
        is('replaces_uid', 'in', uids),
        is('replaced_by_uid', 'in', uids),
      ]),
    )
    .execute()
  if (near.length === 0) return { bookings: [], sessions: [] }
  const ids = near.map(({ session_id }) => session_id)
  const bookings = await trx
    .selectFrom('session_booking')
    .select('known')
    .where('organization_id', '=', organizationId)
    .where('session_id', 'in', ids)
    .execute()
  const sessions = await trx
    .selectFrom('session')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute()
  return { bookings: bookings.map(({ known }) => known), sessions }
}
