import type { HostFact } from '../../domain/booking.ts'
import type { Instant } from '../../domain/instant.ts'
import { normalizeEmail } from '../../domain/email.ts'
import type { Fields } from '../fields.ts'
import { UnreadableError } from '../reading.ts'
import { addressBehind, userUri } from './addresses.ts'
import type { Booker, BookingTold } from './booking-told.ts'
import { answersIn, locationIn, personIn } from './telling.ts'
import type { BookingTrigger } from './triggers.ts'

/** Facts that say little of the place: their marker must not hide a link that is known. */
const MERE_MARKER: ReadonlySet<BookingTrigger> = new Set([
  'BOOKING_REQUESTED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
  'BOOKING_PAID',
  'BOOKING_PAYMENT_INITIATED',
])

/** The booking in a delivery. Reference: calcom.md, sections 2.1 and 2.2. */
export function deliveredBooking(
  trigger: BookingTrigger,
  payload: Fields,
  toldAt: Instant,
): BookingTold {
  const startAt = payload.instant('startTime')
  const endAt = payload.instant('endTime')
  if (endAt < startAt) throw new UnreadableError('inconsistent', 'payload.endTime')
  const [booker, guests] = peopleIn(payload)
  const seats = payload.maybeNumber('seatsPerTimeSlot')
  const location = locationIn(payload, toldAt)
  return {
    uid: uidIn(payload),
    // A reschedule that waits for a yes names it in older versions only.
    replacesUid: payload.maybeId('rescheduleUid'),
    replacedByUid: null,
    seriesUid: null,
    startAt,
    endAt,
    toldAt,
    title: payload.maybeText('title'),
    eventTypeId: payload.maybeId('eventTypeId'),
    hosts: hostsIn(payload),
    booker,
    guests,
    isSeated: (seats ?? 0) > 1 || payload.maybeId('attendeeSeatId') !== null,
    seats,
    isOff: trigger === 'BOOKING_CANCELLED' || trigger === 'BOOKING_REJECTED',
    location: MERE_MARKER.has(trigger) && location?.joinUrl == null ? null : location,
    answers: answersIn(
      payload.maybeObject('userFieldsResponses') ?? payload.maybeObject('responses'),
    ),
    cancelledBy: payload.maybeText('cancelledBy'),
    reason: payload.maybeText('cancellationReason') ?? payload.maybeText('rejectionReason'),
    absence: null,
  }
}

/** The id of a booking, short and printable. */
export function uidIn(fields: Fields, key = 'uid'): string {
  const uid = fields.maybeId(key)
  if (uid === null) throw new UnreadableError('missingField', `${fields.path}.${key}`)
  return uid
}

/** The accounts a delivery may belong to: its organizer's, where it says of which installation. */
export function accountUrisIn(payload: Fields): string[] {
  const id = payload.maybeObject('organizer')?.maybeId('id')
  const address = addressBehind(payload.maybeText('bookerUrl'))
  return id == null || address === undefined ? [] : [userUri(address, id)]
}

function hostsIn(payload: Fields): HostFact[] {
  const organizer = payload.maybeObject('organizer')
  const id = organizer?.maybeId('id') ?? null
  if (organizer === null || id === null) return []
  const [account = `calcom:host/${id}`] = accountUrisIn(payload)
  const email = organizer.maybeText('email')
  return [{ userUri: account, email, name: organizer.maybeText('name') }]
}

/** Whose address the form was sent with has booked; without a form it is the first one named. */
function peopleIn(payload: Fields): [booker: Booker | null, guests: Booker[]] {
  const platform = payload.maybeText('platformClientId')
  const people = payload.objects('attendees').flatMap((one) => personIn(one, platform) ?? [])
  const form = payload.maybeObject('responses')?.maybeObject('email')?.maybeText('value')
  return bookerAmong(people, form ?? null)
}

/** Tells who booked, by the address in the form, from those who were brought along. */
export function bookerAmong(
  people: readonly Booker[],
  form: string | null,
): [booker: Booker | null, guests: Booker[]] {
  const typed = form === null ? undefined : normalizeEmail(form)
  const booker = people.find(({ email }) => normalizeEmail(email) === typed) ?? people[0] ?? null
  return [booker, people.filter((one) => one !== booker)]
}
