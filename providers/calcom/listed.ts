import type { RemoteEvent } from '../../domain/booking.ts'
import type { Instant } from '../../domain/instant.ts'
import type { SessionFactKind } from '../../domain/session-fact.ts'
import type { Fields } from '../fields.ts'
import { UnreadableError } from '../reading.ts'
import { userUri } from './addresses.ts'
import { absenceOf, type BookingTold, inviteeOf, sessionOf, slotOf } from './booking-told.ts'
import { bookerAmong, uidIn } from './delivered.ts'
import { answersIn, locationIn, personIn } from './telling.ts'

/** From which installation, and when it was asked. */
export interface Look {
  readonly address: string
  readonly lookedAt: Instant
}

/** A booking read by itself, with what it says of marks: those are set and taken away silently. */
export function readBooking(fields: Fields, look: Look): RemoteEvent {
  const booking = listedBooking(fields, look)
  const marks = toldOf(fields, look).flatMap((told) => absenceOf(told) ?? [])
  return { ...booking, sessions: [...booking.sessions, ...marks] }
}

/** A booking as lists show it; of seats with everybody who has one. Section 5.4. */
export function listedBooking(fields: Fields, look: Look): RemoteEvent {
  const status = statusOf(fields)
  const told = toldOf(fields, look)
  // What waits for a yes is no meeting yet, and one that was never given is none at all.
  const isMeeting = status === 'accepted' || status === 'cancelled'
  const [first] = told
  if (first === undefined) throw new UnreadableError('missingField', `${fields.path}.attendees`)
  return {
    slot: slotOf(first),
    invitees: isMeeting
      ? told.flatMap((one) => (one.booker === null ? [] : [inviteeOf(one, one.booker)]))
      : [],
    sessions: told.map((one) => sessionOf(one, KINDS[status])),
  }
}

/** The series a booking is one of, null for none. */
export const seriesIn = (fields: Fields): string | null => fields.maybeId('recurringBookingUid')

/** The booking this one was moved from, null for none. */
export const movedFrom = (fields: Fields): string | null => fields.maybeId('rescheduledFromUid')

const KINDS = {
  accepted: 'confirmed',
  pending: 'requested',
  cancelled: 'cancelled',
  rejected: 'rejected',
} as const satisfies Record<string, SessionFactKind>

/** In lower case here, in upper case in deliveries. */
function statusOf(fields: Fields): keyof typeof KINDS {
  const status = fields.text('status').toLowerCase()
  if (Object.hasOwn(KINDS, status)) return status as keyof typeof KINDS
  throw new UnreadableError('wrongType', `${fields.path}.status`)
}

/** The address that the form was sent with: the order of a list says nothing. */
const formOf = (fields: Fields): string | null =>
  fields.maybeObject('bookingFieldsResponses')?.maybeText('email') ?? null

/** One for each person with a seat, else one for who booked. */
function toldOf(fields: Fields, { address, lookedAt }: Look): BookingTold[] {
  const attendees = fields.objects('attendees')
  const seated = attendees.filter((one) => one.maybeId('seatUid') !== null)
  const isSeated = seated.length > 0
  const people = attendees.flatMap((one) => personIn(one, null) ?? [])
  const updatedAt = fields.maybeInstant('updatedAt') ?? lookedAt
  const status = statusOf(fields)
  const [startAt, endAt] = [fields.instant('start'), fields.instant('end')]
  if (endAt < startAt) throw new UnreadableError('inconsistent', `${fields.path}.end`)
  const booking = {
    uid: uidIn(fields),
    replacesUid: movedFrom(fields),
    replacedByUid: fields.maybeId('rescheduledToUid'),
    seriesUid: seriesIn(fields),
    startAt,
    endAt,
    toldAt: updatedAt,
    title: fields.maybeText('title'),
    eventTypeId: fields.maybeId('eventTypeId'),
    hosts: fields.objects('hosts').flatMap((host) => {
      const id = host.maybeId('id')
      if (id === null) return []
      const email = host.maybeText('email')
      return [{ userUri: userUri(address, id), email, name: host.maybeText('name') }]
    }),
    isOff: status === 'cancelled' || status === 'rejected',
    isSeated,
    seats: isSeated ? Math.max(2, seated.length) : null,
    location: locationIn(fields, updatedAt),
    cancelledBy: fields.maybeText('cancelledByEmail'),
    reason: fields.maybeText('cancellationReason'),
  }
  const answers = answersIn(fields.maybeObject('bookingFieldsResponses'))
  if (!isSeated) {
    const [booker, guests] = bookerAmong(people, formOf(fields))
    const named = attendees.find((one) => personIn(one, null)?.email === booker?.email)
    const isMarked = named?.maybeFlag('absent') === true
    return [{ ...booking, booker, guests, answers, absence: { isMarked, at: lookedAt } }]
  }
  return seated.map((seat) => ({
    ...booking,
    booker: personIn(seat, null),
    guests: [],
    answers: answersIn(seat.maybeObject('bookingFieldsResponses')),
    absence: { isMarked: seat.maybeFlag('absent'), at: lookedAt },
  }))
}
