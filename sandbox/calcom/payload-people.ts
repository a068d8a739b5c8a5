import type { Calcom } from './context.ts'
import { utcOffset } from './times.ts'
import type { Attendee, Booking, EventType, Telling, User } from './world.ts'

/** Whether people book seats of one event rather than events of their own. */
export function isSeated({ seats }: EventType): boolean {
  return seats !== null
}

/** The attendees a telling speaks of: all, or the one of its seat. */
export function speakersOf(calcom: Calcom, booking: Booking, telling: Telling): Attendee[] {
  const { seat, trigger } = telling
  if (seat === undefined) return booking.attendees
  const own = booking.attendees.filter((attendee) => attendee.seat === seat)
  const showsAll = trigger !== 'BOOKING_CANCELLED' && calcom.read('seatAttendees') === 'all'
  return showsAll ? booking.attendees : own
}

/** Attendees as payloads show them. */
export function attendeeParts(attendees: Attendee[], booking: Booking): object[] {
  return attendees.map((attendee) => {
    const [firstName = '', ...rest] = attendee.name.split(' ')
    return {
      email: attendee.email,
      name: attendee.name,
      firstName,
      lastName: rest.join(' '),
      timeZone: attendee.timeZone,
      language: { locale: 'en' },
      ...(attendee.phoneNumber === null ? {} : { phoneNumber: attendee.phoneNumber }),
      utcOffset: utcOffset(attendee.timeZone, booking.start),
    }
  })
}

/** The host as payloads show them. */
export function organizerPart(host: User, booking: Booking): object {
  return {
    id: host.id,
    name: host.name,
    email: host.email,
    username: host.username,
    usernameInOrg: host.organization === null ? undefined : host.username,
    timeZone: host.timeZone,
    language: { locale: 'en' },
    timeFormat: 'h:mma',
    utcOffset: utcOffset(host.timeZone, booking.start),
  }
}

/** What the booker answered; the labels differ between triggers. */
export function responsesPart(
  booking: Booking,
  telling: Telling,
  people: Attendee[],
): Record<string, object> {
  const booker = people.at(telling.seat === undefined ? 0 : -1)
  const isPlain = telling.trigger === 'BOOKING_CANCELLED'
  return {
    name: { label: isPlain ? 'name' : 'your_name', value: booker?.name, isHidden: false },
    email: { label: isPlain ? 'email' : 'email_address', value: booker?.email, isHidden: false },
    guests: { label: 'additional_guests', value: booking.guests, isHidden: false },
    ...answersPart(booking, people),
  }
}

/** The answers to questions of the event type alone. */
export function answersPart(booking: Booking, people: Attendee[]): Record<string, object> {
  const answers = Object.entries({ ...booking.answers, ...people.at(-1)?.responses })
  return Object.fromEntries(
    answers.map(([name, value]) => [name, { label: name, value, isHidden: false }]),
  )
}
