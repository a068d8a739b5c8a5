import type { Instant } from './instant.ts'
import type { ProviderName } from './provider-name.ts'

/**
 * What a delivery or a sync tells about a booking that is to become a session:
 *
 * - `requested`: waits for a confirmation or a payment, holds a credit
 * - `created`, `confirmed`, `paid`, `rescheduled`: is on, spends one
 * - `rejected`: was never on, or is not any more by the host's no: costs nothing
 * - `cancelled`: is off; costs nothing unless it was on and too late to call off
 * - `noShow`: says only whether the person came
 */
export const SESSION_FACT_KINDS = [
  'requested',
  'created',
  'confirmed',
  'paid',
  'rescheduled',
  'cancelled',
  'rejected',
  'noShow',
] as const

/** One of SESSION_FACT_KINDS. */
export type SessionFactKind = (typeof SESSION_FACT_KINDS)[number]

/** One thing that happened to a booking, in words no provider owns. */
export interface SessionFact {
  readonly provider: ProviderName
  readonly kind: SessionFactKind
  /** The booking's id at the provider; a reschedule makes a new one. */
  readonly bookingUid: string
  /** The booking this one moved from, and the one it moved to, where the provider says so. */
  readonly replacesUid: string | null
  readonly replacedByUid: string | null
  readonly seriesUid: string | null
  readonly startAt: Instant
  readonly endAt: Instant
  /** When this came to be true: it tells a cancellation in time from a late one. */
  readonly occurredAt: Instant
  /**
   * The first is who booked, and pays; the others are guests. Of a seat only its own person.
   * Empty where the provider names nobody: then the session is found by its booking alone.
   */
  readonly attendees: readonly SessionAttendee[]
  readonly host: SessionHost | null
  readonly title: string | null
  /** Null where this fact says nothing of it; a known one is never forgotten for that. */
  readonly meetingLink: string | null
  /** Who called it off or said no, as told, and why. */
  readonly cancelledBy: string | null
  readonly reason: string | null
  /** Whether the person stayed away; null where this fact says nothing of it. */
  readonly noShow: boolean | null
}

/** Somebody who takes part. */
export interface SessionAttendee {
  /** As the person typed it, without what a provider's platform added; `normalizeEmail` is the key. */
  readonly email: string
  readonly name: string | null
  readonly timezone: string | null
}

/** Who holds it. */
export interface SessionHost {
  readonly email: string | null
  readonly name: string | null
}
