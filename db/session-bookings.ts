import { canonicalText } from '../domain/booking-merge.ts'
import { normalizeEmail } from '../domain/email.ts'
import type { SessionFact } from '../domain/session-fact.ts'
import { knownFrom, type KnownBooking } from '../domain/session-merge.ts'
import { absorbBooking, foldSession, type SessionState } from '../domain/session-state.ts'
import { NO_ACTIVE_PACKAGE, USER_NOT_FOUND } from '../domain/session-words.ts'
import { lockClient, type LockedClient } from './client-lock.ts'
import { databaseNow } from './clock.ts'
import { lockPackages, type LockedPackage, writeCredits } from './credit-entries.ts'
import { isErased, noteErased } from './erased.ts'
import { newId } from './ids.ts'
import { packageFact } from './packages.ts'
import { wake } from './parked.ts'
import { creditLines, settle, type Settlement } from './session-credit.ts'
import { hostOf } from './session-host.ts'
import { bookingFact, loadSessions, payersOf } from './session-load.ts'
import { insertSessions, type SessionRow, updateSession } from './session-rows.ts'
import type { TenantTx } from './tenant.ts'

interface SessionBooking {
  readonly integrationId: string
  /** The inbound event behind it, locked by the caller; null for what a sync found. */
  readonly eventId: string | null
  readonly fact: SessionFact
}

/** What one fact did, or what it has to wait for: park the event, nothing was written. */
export type SessionApplied =
  | { readonly kind: 'applied'; readonly sessionId: string; readonly changed: boolean }
  | { readonly kind: 'parked'; readonly reason: string; readonly waitsFor: string }
  | { readonly kind: 'erased' }

/**
 * Makes the records say what is known after this fact, whichever came before it: one session of the
 * client who booked, paid by one credit while it is on. A copy or a late fact that teaches nothing
 * changes nothing.
 */
export async function applySession(tx: TenantTx, booking: SessionBooking): Promise<SessionApplied> {
  if (await isErased(tx, booking.fact.provider, uidsOf(booking.fact))) return { kind: 'erased' }
  const payers = await payersOf(tx, booking.fact)
  if ('waitsFor' in payers)
    return { kind: 'parked', reason: USER_NOT_FOUND, waitsFor: payers.waitsFor }
  const ends: SessionApplied[] = []
  for (const clientId of payers.clientIds) {
    const end = await applyTo(tx, booking, clientId)
    if (end.kind === 'erased') return end
    ends.push(end)
  }
  const parked = ends.find(({ kind }) => kind === 'parked')
  const changed = ends.find((end) => end.kind === 'applied' && end.changed)
  return parked ?? changed ?? ends[0] ?? unreachable()
}

const uidsOf = ({ bookingUid, replacesUid, replacedByUid }: SessionFact): string[] =>
  [bookingUid, replacesUid, replacedByUid].filter((uid) => uid !== null)

const unreachable = (): never => {
  throw new Error('a fact is about at least one client')
}

async function applyTo(
  tx: TenantTx,
  { integrationId, eventId, fact }: SessionBooking,
  clientId: string,
): Promise<SessionApplied> {
  const client = await lockClient(tx, clientId)
  if (client === undefined) throw new Error('a client that was found is gone')
  if (await isErasedMeanwhile(tx, client, fact)) return { kind: 'erased' }
  const { bookings, sessions } = await loadSessions(tx, { clientId, fact })
  const known = absorbBooking(bookings, knownFrom(fact))
  const state = foldSession(known)
  const [survivor, ...doubles] = sessions.toSorted(payingFirst)
  if (survivor !== undefined && isSame(known, bookings))
    return { kind: 'applied', sessionId: survivor.id, changed: false }
  const packages = await lockPackages(tx, { clientId })
  const settled = settle({ state, session: survivor, packages, now: await databaseNow(tx) })
  if (settled === 'unpaid')
    return { kind: 'parked', reason: NO_ACTIVE_PACKAGE, waitsFor: packageFact(clientId) }
  const host = await hostOf(tx, { integrationId, host: state.host })
  const plan: Plan = { client, state, settled, eventId, packages, fact, integrationId, host }
  const { id, changed } = await writeSession(tx, plan, survivor)
  await writeBookings(tx, { clientId, sessionId: id, known, fact })
  for (const double of doubles) await mergeAway(tx, plan, { double, into: id })
  // Somebody may have told of this booking without saying whose it is.
  await wake(tx, bookingFact(fact))
  return { kind: 'applied', sessionId: id, changed: changed || doubles.length > 0 }
}

/**
 * Whether the person was erased while this waited for the client's lock. A booking that nobody knew
 * by then is noted as theirs, so that the next sync does not bring it back.
 */
async function isErasedMeanwhile(
  tx: TenantTx,
  { emailNormalized }: LockedClient,
  fact: SessionFact,
): Promise<boolean> {
  const { provider, bookingUid } = fact
  const email = fact.attendees[0]?.email
  if (email === undefined) return isErased(tx, provider, uidsOf(fact))
  if (normalizeEmail(email) === emailNormalized) return false
  await noteErased(tx, [{ provider, uri: bookingUid }])
  return true
}

/** The one that pays stays, so that no credit moves; of equals the older. */
const payingFirst = (a: SessionRow, b: SessionRow): number =>
  Number(a.credit === 'none') - Number(b.credit === 'none') || (a.id < b.id ? -1 : 1)

const isSame = (a: readonly KnownBooking[], b: readonly KnownBooking[]): boolean =>
  a.length === b.length &&
  a.every((one) => b.some((other) => canonicalText(one) === canonicalText(other)))

interface Plan {
  readonly client: LockedClient
  readonly state: SessionState
  readonly settled: Settlement
  readonly packages: readonly LockedPackage[]
  readonly eventId: string | null
  readonly integrationId: string
  readonly fact: SessionFact
  readonly host: string | null
}

async function writeSession(tx: TenantTx, plan: Plan, was: SessionRow | undefined) {
  const { client, state, settled, eventId, integrationId, fact } = plan
  const { credit, payer } = settled
  const session = was ?? { id: newId(), credit: 'none' as const, movements: 0 }
  const lines = creditLines({ session, to: credit, payer, eventId })
  const values = {
    client_id: client.id,
    package_id: payer?.id ?? was?.package_id ?? null,
    host_user_id: plan.host ?? was?.host_user_id ?? payer?.hostUserId ?? null,
    provider: fact.provider,
    integration_id: was?.integration_id ?? integrationId,
    calcom_booking_id: state.bookingUid,
    title: state.title,
    meeting_link: state.meetingLink,
    timezone: state.timezone,
    start_at: new Date(state.startAt),
    end_at: new Date(state.endAt),
    status: state.status,
    credit,
    movements: session.movements + (lines.length > 0 ? 1 : 0),
    no_show: state.noShow,
    moved_count: state.movedCount,
    cancelled_at: state.cancelledAt === null ? null : new Date(state.cancelledAt),
    cancelled_by: state.cancelledBy,
    cancellation_reason: state.reason,
  }
  if (was === undefined) await insertSessions(tx, client, [{ id: session.id, ...values }])
  const updated = was && (await updateSession(tx, client, { was, values }))
  await writeCredits(tx, lines)
  if (lines.some(({ left }) => left > 0)) await wake(tx, packageFact(client.id))
  return { id: session.id, changed: was === undefined || updated !== undefined }
}

interface Bookings {
  readonly clientId: string
  readonly sessionId: string
  readonly known: readonly KnownBooking[]
  readonly fact: SessionFact
}

async function writeBookings(
  { trx, organizationId }: TenantTx,
  { clientId, sessionId, known, fact }: Bookings,
): Promise<void> {
  await trx
    .insertInto('session_booking')
    .values(
      known.map((one) => ({
        organization_id: organizationId,
        provider: fact.provider,
        client_id: clientId,
        booking_uid: one.uid,
        session_id: sessionId,
        replaces_uid: one.replacesUid,
        replaced_by_uid: one.replacedByUid,
        known: JSON.stringify(one),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'provider', 'booking_uid', 'client_id'])
        .doUpdateSet((is) => ({
          session_id: is.ref('excluded.session_id'),
          replaces_uid: is.ref('excluded.replaces_uid'),
          replaced_by_uid: is.ref('excluded.replaced_by_uid'),
          known: is.ref('excluded.known'),
        })),
    )
    .execute()
}

/** Two sessions turned out to be one: the other gives its credit back and points to it. */
async function mergeAway(
  tx: TenantTx,
  { client, packages, eventId }: Plan,
  { double, into }: { readonly double: SessionRow; readonly into: string },
): Promise<void> {
  const payer = packages.find(({ id }) => id === double.package_id)
  const lines = creditLines({ session: double, to: 'none', payer, eventId })
  const values = { credit: 'none', movements: double.movements + 1, merged_into: into } as const
  await updateSession(tx, client, { was: double, values })
  await writeCredits(tx, lines)
  if (lines.length > 0) await wake(tx, packageFact(client.id))
}
