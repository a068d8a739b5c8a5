import type { Calcom } from './context.ts'
import { eventTypeOf, hostOf } from './context.ts'
import { isSeated, speakersOf } from './payload-people.ts'
import { answersPart, attendeeParts, organizerPart, responsesPart } from './payload-people.ts'
import { withMilliseconds, withOffset, zulu } from './times.ts'
import type { Booking, Telling } from './world.ts'

/** Set by the trigger, whatever the booking's row says. */
const STATUS: Record<string, string> = {
  BOOKING_CREATED: 'ACCEPTED',
  BOOKING_PAYMENT_INITIATED: 'ACCEPTED',
  BOOKING_PAID: 'ACCEPTED',
  BOOKING_RESCHEDULED: 'ACCEPTED',
  BOOKING_REQUESTED: 'PENDING',
  BOOKING_CANCELLED: 'CANCELLED',
  BOOKING_REJECTED: 'REJECTED',
}

const SPELLING: Record<string, (moment: number) => string> = {
  BOOKING_CANCELLED: withOffset,
  BOOKING_REJECTED: withMilliseconds,
}

/** Only these know the link on which people meet; a payment tells payment data in its place. */
const TELLS_LINK = ['BOOKING_CREATED', 'BOOKING_RESCHEDULED']

/** The marker of the meeting room Cal.com runs itself. */
const CAL_VIDEO = 'integrations:daily'

/** The payload of a telling, from what is now known of its booking. */
export function payloadOf(calcom: Calcom, telling: Telling): Record<string, unknown> {
  const booking = calcom.world.bookings.get(telling.uid)
  if (booking === undefined) throw new Error(`No booking ${telling.uid}`)
  if (telling.trigger === 'BOOKING_NO_SHOW_UPDATED') return noShowPayload(booking, telling)
  const payload = { ...bookingPayload(calcom, booking, telling), ...telling.extras }
  const left = (name: string) => telling.without?.includes(name) !== true
  return Object.fromEntries(
    Object.entries(payload).filter(([name, value]) => value !== undefined && left(name)),
  )
}

function bookingPayload(calcom: Calcom, booking: Booking, telling: Telling) {
  const { trigger } = telling
  const eventType = eventTypeOf(calcom, booking)
  const host = hostOf(calcom, booking)
  const spell = SPELLING[trigger] ?? zulu
  const tellsLink = booking.videoUrl !== null && TELLS_LINK.includes(trigger)
  const people = speakersOf(calcom, booking, telling)
  const isCancelled = trigger === 'BOOKING_CANCELLED'
  return {
    type: eventType.slug,
    title: booking.title,
    description: booking.notes ?? '',
    additionalNotes: booking.notes ?? '',
    customInputs: {},
    startTime: spell(booking.start),
    endTime: spell(booking.end),
    organizer: organizerPart(host, booking),
    responses: responsesPart(booking, telling, people),
    userFieldsResponses: answersPart(booking, people),
    attendees: attendeeParts(people, booking),
    location: booking.location,
    destinationCalendar: null,
    hideCalendarNotes: false,
    hideCalendarEventDetails: false,
    requiresConfirmation: eventType.requiresConfirmation,
    eventTypeId: eventType.id,
    schedulingType: eventType.team === null ? null : 'ROUND_ROBIN',
    seatsPerTimeSlot: eventType.seats,
    seatsShowAttendees: true,
    seatsShowAvailabilityCount: true,
    iCalUID: booking.icsUid,
    iCalSequence: booking.sequence + (isCancelled ? 1 : 0),
    uid: booking.uid,
    bookingId: booking.id,
    attendeeSeatId: isSeated(eventType) && !isCancelled ? telling.seat : undefined,
    videoCallData: tellsLink ? videoCallPart(booking) : undefined,
    platformClientId: host.oauthClient ?? undefined,
    eventTitle: eventType.title,
    eventDescription: null,
    price: eventType.price,
    currency: eventType.currency,
    // A cancellation says how long such events usually are, not how long this one was.
    length: isCancelled ? eventType.length : (booking.end - booking.start) / 60_000,
    bookerUrl: calcom.address.site,
    metadata: tellsLink ? { videoCallUrl: booking.videoUrl } : {},
    status: STATUS[trigger],
  }
}

/** Cal Video tells its raw room and the secret that opens it: nobody should keep either. */
function videoCallPart({ location, uid }: Booking): object | undefined {
  if (location !== CAL_VIDEO) return undefined
  const url = `https://rooms.example.test/${uid}`
  return { type: 'daily_video', id: uid, password: `opens the room of ${uid}`, url }
}

/** Small and unlike the others: two public receivers agree on these four fields. */
function noShowPayload(booking: Booking, telling: Telling): Record<string, unknown> {
  const named = telling.extras?.['emails'] as string[] | undefined
  const attendees = booking.attendees
    .filter(({ email }) => named === undefined || named.includes(email))
    .map(({ email, absent }) => ({ email, noShow: absent }))
  const isMarked = attendees.some(({ noShow }) => noShow)
  return {
    message: `${attendees.map(({ email }) => email).join(', ')} ${isMarked ? 'marked' : 'unmarked'} as no-show`,
    attendees,
    bookingUid: booking.uid,
    bookingId: booking.id,
  }
}
