import { hash } from 'node:crypto'
import type {
  Answer,
  BookingEvent,
  BookingEventKind,
  HostFact,
  InviteeFact,
  LocationFact,
  SlotFact,
} from '../../domain/booking.ts'
import type { Instant } from '../../domain/instant.ts'
import { normalizeEmail } from '../../domain/email.ts'
import type { SessionFact, SessionFactKind } from '../../domain/session-fact.ts'

/** One person's booking as a delivery or the API tells it, in one shape. */
export interface BookingTold {
  readonly uid: string
  readonly replacesUid: string | null
  readonly replacedByUid: string | null
  readonly seriesUid: string | null
  readonly startAt: Instant
  readonly endAt: Instant
  /** When this was so. */
  readonly toldAt: Instant
  readonly title: string | null
  readonly eventTypeId: string | null
  readonly hosts: readonly HostFact[]
  /** Who booked; null where nobody is named. */
  readonly booker: Booker | null
  readonly guests: readonly Booker[]
  /** Several people book one time, each a seat of their own, all under one uid. */
  readonly isSeated: boolean
  readonly seats: number | null
  readonly isOff: boolean
  readonly location: LocationFact | null
  readonly answers: readonly Answer[]
  readonly cancelledBy: string | null
  readonly reason: string | null
  /** Whether the person stayed away, as of when; null where nothing is said of it. */
  readonly absence: { readonly isMarked: boolean; readonly at: Instant } | null
}

/** Somebody in a booking. */
export interface Booker {
  readonly email: string
  readonly name: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly timezone: string | null
}

/** As a prospect's meeting; null where nobody is named. */
export function bookingEventOf(told: BookingTold, kind: BookingEventKind): BookingEvent | null {
  const { booker } = told
  if (booker === null) return null
  return { provider: 'calcom', kind, slot: slotOf(told), invitee: inviteeOf(told, booker) }
}

/** As a slot: of one booking, or of all who have a seat in it. */
export const slotOf = (told: BookingTold): SlotFact => ({
  uri: slotUri(told.uid),
  name: told.title,
  eventTypeUri: told.eventTypeId === null ? null : `calcom:event-type/${told.eventTypeId}`,
  startTime: told.startAt,
  endTime: told.endAt,
  // A seat that was given up is no end of the time: the others may still have theirs.
  status: told.isOff && !told.isSeated ? 'canceled' : 'active',
  location: told.location,
  hosts: told.hosts,
  guests: told.isSeated ? [] : told.guests.map(({ email }) => ({ email })),
  capacity: told.seats,
  active: null,
  createdAt: told.toldAt,
  updatedAt: told.toldAt,
})

/** As a person in it. A uid is never used for another time, so what it says of one is lasting. */
export function inviteeOf(told: BookingTold, booker: Booker): InviteeFact {
  const place = told.isSeated ? `seats/${seatOf(booker)}` : 'booker'
  const uri = `${slotUri(told.uid)}/${place}`
  const { replacesUid, replacedByUid } = told
  return {
    uri,
    slotUri: slotUri(told.uid),
    ...booker,
    status: told.isOff ? 'canceled' : 'active',
    rescheduled: replacedByUid !== null,
    oldInviteeUri: replacesUid === null ? null : `${slotUri(replacesUid)}/${place}`,
    newInviteeUri: replacedByUid === null ? null : `${slotUri(replacedByUid)}/${place}`,
    noShowUri: told.absence?.isMarked === true ? `${uri}/no-show` : null,
    noShowAt: told.absence?.at ?? NEVER,
    answers: told.answers,
    utm: { campaign: null, source: null, medium: null, content: null, term: null },
    cancelUrl: null,
    rescheduleUrl: null,
    cancellation: told.isOff
      ? { by: sideOf(told), canceledBy: told.cancelledBy, reason: told.reason, at: told.toldAt }
      : null,
    createdAt: told.toldAt,
    updatedAt: told.toldAt,
  }
}

/** As a session. A seat is paid for by its own person, so it is a booking of its own. */
export function sessionOf(told: BookingTold, kind: SessionFactKind): SessionFact {
  const { booker, isSeated } = told
  const own = isSeated && booker !== null ? `/${seatOf(booker)}` : ''
  const named = (uid: string | null): string | null => (uid === null ? null : `${uid}${own}`)
  const people = booker === null ? [] : isSeated ? [booker] : [booker, ...told.guests]
  const [host] = told.hosts
  return {
    provider: 'calcom',
    kind,
    bookingUid: `${told.uid}${own}`,
    replacesUid: named(told.replacesUid),
    replacedByUid: named(told.replacedByUid),
    seriesUid: told.seriesUid,
    startAt: told.startAt,
    endAt: told.endAt,
    occurredAt: told.toldAt,
    attendees: people.map(({ email, name, timezone }) => ({ email, name, timezone })),
    host: host === undefined ? null : { email: host.email, name: host.name },
    title: told.title,
    meetingLink: told.location?.joinUrl ?? null,
    cancelledBy: told.cancelledBy,
    reason: told.reason,
    // What shows no mark may be older than one: only a fact about marks takes one away.
    noShow: told.absence?.isMarked === true ? true : null,
  }
}

/** What is said of a person's absence alone; null where nothing is. */
export function absenceOf(told: BookingTold): SessionFact | null {
  if (told.absence === null) return null
  const { at: occurredAt, isMarked: noShow } = told.absence
  return { ...sessionOf(told, 'noShow'), occurredAt, noShow }
}

const slotUri = (uid: string): string => `calcom:booking/${uid}`

/** A removed seat is told without its id, so a seat is known by whose it is. */
const seatOf = ({ email }: Booker): string =>
  hash('sha256', normalizeEmail(email), 'hex').slice(0, 24)

/** Earlier than any mark: a fact that says nothing of it must not undo one. */
const NEVER: Instant = '2000-01-01T00:00:00.000000Z'

function sideOf({ cancelledBy, hosts, booker }: BookingTold): 'host' | 'invitee' | null {
  if (cancelledBy === null) return null
  const email = normalizeEmail(cancelledBy)
  if (hosts.some((host) => host.email !== null && normalizeEmail(host.email) === email))
    return 'host'
  return booker !== null && normalizeEmail(booker.email) === email ? 'invitee' : null
}
