import type { Instant } from './instant.ts'
import { linksOf, linkSuccessors, tipOf } from './lineage.ts'
import type { SessionHost } from './session-fact.ts'
import { joinKnown, type KnownBooking } from './session-merge.ts'

/** Where a session stands. `requested` waits for a confirmation or a payment. */
export type SessionStatus = 'scheduled' | 'requested' | 'cancelled' | 'rejected'

/** A session as the bookings behind it say it is. */
export interface SessionState {
  readonly bookingUid: string
  readonly status: SessionStatus
  /** Whether it ever was on: only then does it owe a credit. */
  readonly wasOn: boolean
  readonly startAt: Instant
  readonly endAt: Instant
  readonly title: string | null
  readonly meetingLink: string | null
  readonly host: SessionHost | null
  readonly timezone: string | null
  readonly noShow: boolean
  readonly movedCount: number
  readonly cancelledAt: Instant | null
  readonly cancelledBy: string | null
  readonly reason: string | null
}

/** The bookings after one more is known; in whichever order they come, the end is the same. */
export function absorbBooking(
  known: readonly KnownBooking[],
  incoming: KnownBooking,
): KnownBooking[] {
  const same = known.find(({ uid }) => uid === incoming.uid)
  const others = known.filter(({ uid }) => uid !== incoming.uid)
  return [...others, joinKnown(same, incoming)]
}

/**
 * The one session that bookings linked by reschedules amount to: it stands where the newest one
 * stands. One that was moved, but whose successor nobody has seen, keeps it on at the old time.
 */
export function foldSession(bookings: readonly KnownBooking[]): SessionState {
  const links = linkSuccessors(bookings.map(linkedBooking))
  const tip = tipOf(links)
  if (tip === undefined) throw new Error('a session has at least one booking')
  const { known } = tip
  const hasMoved = tip.newInviteeUri !== null
  const wasOn = bookings.some(({ isAccepted }) => isAccepted)
  const ending = hasMoved ? null : (known.rejection ?? known.cancellation)
  const named = new Set(links.flatMap(linksOf))
  return {
    bookingUid: known.uid,
    status: hasMoved ? onOrRequested(known) : statusOf(known),
    wasOn,
    ...known.times.value,
    title: known.title?.value ?? null,
    meetingLink: known.link?.value ?? null,
    host: known.host?.value ?? null,
    timezone: known.timezone?.value ?? null,
    noShow: known.noShow?.value ?? false,
    movedCount: named.size - 1 - (hasMoved ? 1 : 0),
    cancelledAt: ending?.at ?? null,
    cancelledBy: ending?.value.by ?? null,
    reason: ending?.value.reason ?? null,
  }
}

/** Told in the words of a chain of invitees, so that the same rules find its tip. */
const linkedBooking = (known: KnownBooking) => ({
  uri: known.uid,
  oldInviteeUri: known.replacesUid,
  newInviteeUri: known.replacedByUid,
  createdAt: known.firstAt,
  known,
})

function statusOf(known: KnownBooking): SessionStatus {
  if (known.rejection !== null) return 'rejected'
  if (known.cancellation !== null) return 'cancelled'
  return onOrRequested(known)
}

/** A booking we know only by a mark on it is on: nobody marks what waits for a yes. */
const onOrRequested = (known: KnownBooking): SessionStatus =>
  known.isRequested && !known.isAccepted ? 'requested' : 'scheduled'
