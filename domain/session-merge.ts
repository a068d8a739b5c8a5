import type { Instant } from './instant.ts'
import { canonicalText } from './booking-merge.ts'
import type { SessionFact, SessionFactKind, SessionHost } from './session-fact.ts'

/** Something told at a moment; null while nobody has said anything of it. */
export type Told<T> = { readonly at: Instant; readonly value: T } | null

/** All that is known of one booking of a provider, from whichever facts came in whichever order. */
export interface KnownBooking {
  readonly uid: string
  readonly replacesUid: string | null
  readonly replacedByUid: string | null
  readonly firstAt: Instant
  /** Was on: confirmed, paid, or never in need of either. Stays once known. */
  readonly isAccepted: boolean
  readonly isRequested: boolean
  readonly times: NonNullable<Told<{ readonly startAt: Instant; readonly endAt: Instant }>>
  readonly title: Told<string>
  readonly link: Told<string>
  readonly host: Told<SessionHost>
  readonly timezone: Told<string>
  readonly seriesUid: Told<string>
  readonly noShow: Told<boolean>
  /** The first of each that was told counts; neither is ever taken back. */
  readonly cancellation: Told<Ending>
  readonly rejection: Told<Ending>
}

/** Who ended it, and why. */
export interface Ending {
  readonly by: string | null
  readonly reason: string | null
}

/** What one fact alone says of its booking. */
export function knownFrom(fact: SessionFact): KnownBooking {
  const { kind, occurredAt: at } = fact
  const told = <T>(value: T | null | undefined): Told<T> =>
    value === null || value === undefined ? null : { at, value }
  const ending = { by: fact.cancelledBy, reason: fact.reason }
  return {
    uid: fact.bookingUid,
    replacesUid: fact.replacesUid,
    replacedByUid: fact.replacedByUid,
    firstAt: at,
    isAccepted: ACCEPTED.has(kind),
    isRequested: kind === 'requested',
    times: { at, value: { startAt: fact.startAt, endAt: fact.endAt } },
    title: told(fact.title),
    link: told(fact.meetingLink),
    host: told(fact.host),
    timezone: told(fact.attendees[0]?.timezone),
    seriesUid: told(fact.seriesUid),
    noShow: told(fact.noShow),
    cancellation: kind === 'cancelled' ? told(ending) : null,
    rejection: kind === 'rejected' ? told(ending) : null,
  }
}

const ACCEPTED: ReadonlySet<SessionFactKind> = new Set([
  'created',
  'confirmed',
  'paid',
  'rescheduled',
])

/**
 * What is known after one more fact about the same booking. Order, number and delay of facts never
 * matter: each part joins by itself (commutative, associative, idempotent).
 */
export function joinKnown(a: KnownBooking | undefined, b: KnownBooking): KnownBooking {
  if (a === undefined) return b
  return {
    uid: b.uid,
    replacesUid: greater(a.replacesUid, b.replacesUid),
    replacedByUid: greater(a.replacedByUid, b.replacedByUid),
    firstAt: a.firstAt < b.firstAt ? a.firstAt : b.firstAt,
    isAccepted: a.isAccepted || b.isAccepted,
    isRequested: a.isRequested || b.isRequested,
    times: later(a.times, b.times) ?? b.times,
    title: later(a.title, b.title),
    link: later(a.link, b.link),
    host: later(a.host, b.host),
    timezone: later(a.timezone, b.timezone),
    seriesUid: later(a.seriesUid, b.seriesUid),
    noShow: later(a.noShow, b.noShow),
    cancellation: earlier(a.cancellation, b.cancellation),
    rejection: earlier(a.rejection, b.rejection),
  }
}

const greater = (a: string | null, b: string | null): string | null =>
  a === null || (b !== null && b > a) ? b : a

/** The greater text wins: it begins with the moment, and equal moments still have one winner. */
const textOf = ({ at, value }: NonNullable<Told<unknown>>): string => at + canonicalText(value)

function later<T>(a: Told<T>, b: Told<T>): Told<T> {
  if (a === null || b === null) return a ?? b
  return textOf(a) >= textOf(b) ? a : b
}

function earlier<T>(a: Told<T>, b: Told<T>): Told<T> {
  if (a === null || b === null) return a ?? b
  return textOf(a) <= textOf(b) ? a : b
}
