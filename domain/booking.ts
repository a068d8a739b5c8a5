import type { Instant } from './instant.ts'
import type { ProviderName } from './provider-name.ts'
import type { SessionFact } from './session-fact.ts'

/** What a delivery or a sync tells about one invitee. `seen` is what a sync found at the provider. */
export const BOOKING_EVENT_KINDS = [
  'created',
  'canceled',
  'noShowSet',
  'noShowUnset',
  'seen',
] as const

/** One of BOOKING_EVENT_KINDS. */
export type BookingEventKind = (typeof BOOKING_EVENT_KINDS)[number]

/** One thing that happened to a booking, in words no provider owns. */
export interface BookingEvent {
  readonly provider: ProviderName
  readonly kind: BookingEventKind
  readonly invitee: InviteeFact
  readonly slot: SlotFact
}

/**
 * What is known of one person in one slot. A reschedule makes a new invitee in a new slot; the
 * two name each other by `oldInviteeUri` and `newInviteeUri`.
 */
export interface InviteeFact {
  readonly uri: string
  readonly slotUri: string
  /** As the person typed it; `normalizeEmail` makes the key. */
  readonly email: string
  readonly name: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly timezone: string | null
  /** `canceled` is terminal. */
  readonly status: 'active' | 'canceled'
  /** Canceled by moving elsewhere; stays once known. */
  readonly rescheduled: boolean
  readonly oldInviteeUri: string | null
  readonly newInviteeUri: string | null
  /** The mark of a no-show, null for none, as of `noShowAt`: the later of two facts holds. */
  readonly noShowUri: string | null
  readonly noShowAt: Instant
  readonly answers: readonly Answer[]
  readonly utm: Utm
  readonly cancelUrl: string | null
  readonly rescheduleUrl: string | null
  readonly cancellation: CancellationFact | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** What is known of one booked time, with everybody in it. */
export interface SlotFact {
  readonly uri: string
  readonly name: string | null
  readonly eventTypeUri: string | null
  readonly startTime: Instant
  readonly endTime: Instant
  /** `canceled` is terminal. */
  readonly status: 'active' | 'canceled'
  /** Null where the fact says nothing of it; a known one is never forgotten for that. */
  readonly location: LocationFact | null
  readonly hosts: readonly HostFact[]
  readonly guests: readonly GuestFact[]
  /** How many invitees it can hold; more than one makes a group. Null counts as one. */
  readonly capacity: number | null
  /** How many invitees the provider counts in it, null where it does not say. */
  readonly active: number | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** An answer to a question of the booking form, as typed. */
export interface Answer {
  readonly question: string
  readonly answer: string
  readonly position: number
}

/** Where the booking came from; null where the link said nothing. */
export interface Utm {
  readonly campaign: string | null
  readonly source: string | null
  readonly medium: string | null
  readonly content: string | null
  readonly term: string | null
}

/** Who called it off and why. `by` is the side, `canceledBy` a name for display. */
export interface CancellationFact {
  readonly by: 'host' | 'invitee' | null
  readonly canceledBy: string | null
  readonly reason: string | null
  readonly at: Instant | null
}

/** Where people meet, as of `at`. A conference link may become final only after the booking. */
export interface LocationFact {
  readonly type: string
  readonly value: string | null
  readonly joinUrl: string | null
  readonly status: string | null
  readonly at: Instant
}

/** One of the hosts. */
export interface HostFact {
  readonly userUri: string
  readonly email: string | null
  readonly name: string | null
}

/** Somebody the invitee brought along. */
export interface GuestFact {
  readonly email: string
}

/** A slot with its invitees where the provider lists them together, else `invitees` is null. */
export interface RemoteEvent {
  readonly slot: SlotFact
  readonly invitees: readonly InviteeFact[] | null
  /** The same for sessions, one fact for each person who pays; empty where it can't become any. */
  readonly sessions: readonly SessionFact[]
}

/** Why an authentic delivery can't be read; stored beside it and shown to people. */
export const QUARANTINE_REASONS = [
  'notUtf8',
  'notJson',
  'tooDeep',
  'forbiddenKey',
  'unstorableText',
  'notAnObject',
  'unknownEvent',
  'missingField',
  'wrongType',
  'badDate',
  'badNumber',
  'inconsistent',
] as const

/** Why, and at which path of the payload (`payload.email`); never the value itself. */
export interface Quarantine {
  readonly reason: (typeof QUARANTINE_REASONS)[number]
  readonly at: string
}
