import type { BookingEventKind } from '../../domain/booking.ts'
import type { SessionFactKind } from '../../domain/session-fact.ts'

/** What a trigger means to us. */
export interface Meaning {
  readonly session: SessionFactKind
  /** Null where no meeting comes of it: what waits for a yes or a payment is none yet. */
  readonly booking: BookingEventKind | null
}

/** What a hook of ours is subscribed to and understands. Reference: calcom.md, section 2.2. */
export const BOOKING_TRIGGERS = {
  // Booked, or confirmed, or paid: there is no trigger of its own for a confirmation.
  BOOKING_CREATED: { session: 'created', booking: 'created' },
  BOOKING_RESCHEDULED: { session: 'rescheduled', booking: 'created' },
  BOOKING_REQUESTED: { session: 'requested', booking: null },
  // Says ACCEPTED although nothing is paid.
  BOOKING_PAYMENT_INITIATED: { session: 'requested', booking: null },
  BOOKING_PAID: { session: 'paid', booking: 'created' },
  BOOKING_CANCELLED: { session: 'cancelled', booking: 'canceled' },
  BOOKING_REJECTED: { session: 'rejected', booking: null },
} as const satisfies Record<string, Meaning>

/** Names people only, neither time nor host: the booking has to be read. */
export const NO_SHOW_TRIGGER = 'BOOKING_NO_SHOW_UPDATED'

/** The triggers every hook of ours has ticked. */
export const WEBHOOK_EVENTS: readonly string[] = [...Object.keys(BOOKING_TRIGGERS), NO_SHOW_TRIGGER]

/** What a hook made by hand may have ticked too, and what the test button sends: nothing for us. */
export const SAYS_NOTHING: ReadonlySet<string> = new Set([
  'PING',
  'MEETING_STARTED',
  'MEETING_ENDED',
  'FORM_SUBMITTED',
  'FORM_SUBMITTED_NO_EVENT',
  'RECORDING_READY',
  'RECORDING_TRANSCRIPTION_GENERATED',
  'INSTANT_MEETING',
  'OOO_CREATED',
  'AFTER_HOSTS_CAL_VIDEO_NO_SHOW',
  'AFTER_GUESTS_CAL_VIDEO_NO_SHOW',
  'DELEGATION_CREDENTIAL_ERROR',
  'WRONG_ASSIGNMENT_REPORT',
  'ROUTING_FORM_FALLBACK_HIT',
])

export type BookingTrigger = keyof typeof BOOKING_TRIGGERS

export const isBookingTrigger = (name: string): name is BookingTrigger =>
  Object.hasOwn(BOOKING_TRIGGERS, name)
