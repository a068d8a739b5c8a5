import type { Calcom } from './context.ts'
import { eventTypeOf, hostOf } from './context.ts'
import { withMilliseconds, zulu } from './times.ts'
import type { Attendee, Booking, User } from './world.ts'

/** A booking as version 2024-08-13 of the API shows it: lower-case status, links both ways. */
export function bookingObject(calcom: Calcom, booking: Booking) {
  const eventType = eventTypeOf(calcom, booking)
  const answers = { ...booking.answers }
  const booker = booking.attendees[0]
  const isSeated = eventType.seats !== null
  return {
    id: booking.id,
    uid: booking.uid,
    title: booking.title,
    description: booking.notes ?? '',
    hosts: [hostPart(hostOf(calcom, booking))],
    status: booking.status,
    ...given('cancellationReason', booking.cancellationReason ?? booking.rejectionReason),
    ...given('cancelledByEmail', booking.cancelledBy),
    ...given('reschedulingReason', booking.reschedulingReason),
    ...given('rescheduledByEmail', booking.rescheduledBy),
    ...given('rescheduledFromUid', booking.rescheduledFrom),
    ...given('rescheduledToUid', booking.rescheduledTo),
    start: withMilliseconds(booking.start),
    end: withMilliseconds(booking.end),
    duration: (booking.end - booking.start) / 60_000,
    eventTypeId: eventType.id,
    eventType: { id: eventType.id, slug: eventType.slug },
    meetingUrl: booking.videoUrl ?? booking.location,
    location: booking.videoUrl ?? booking.location,
    absentHost: booking.isHostAbsent,
    createdAt: booking.createdAt,
    updatedAt: booking.updatedAt,
    metadata: booking.metadata,
    icsUid: booking.icsUid,
    attendees: booking.attendees.map((attendee) =>
      isSeated ? seatPart(attendee) : attendeePart(attendee),
    ),
    ...(isSeated
      ? {}
      : {
          guests: booking.guests,
          bookingFieldsResponses: { name: booker?.name, email: booker?.email, ...answers },
        }),
    ...given('recurringBookingUid', booking.series),
  }
}

/** The older shape, which a missing or wrong version header silently selects. */
export function olderBookingObject(calcom: Calcom, booking: Booking) {
  const eventType = eventTypeOf(calcom, booking)
  return {
    id: booking.id,
    uid: booking.uid,
    title: booking.title,
    description: booking.notes,
    startTime: zulu(booking.start),
    endTime: zulu(booking.end),
    status: booking.status.toUpperCase(),
    paid: booking.isPaid,
    recurringEventId: booking.series,
    rescheduled: booking.isRescheduled || null,
    location: booking.location,
    eventType: { id: eventType.id, slug: eventType.slug, title: eventType.title },
    attendees: booking.attendees.map(({ name, email, timeZone }) => ({ name, email, timeZone })),
    user: hostPart(hostOf(calcom, booking)),
  }
}

function hostPart(host: User) {
  const { id, name, email, username, timeZone } = host
  return { id, name, email, displayEmail: displayEmail(email), username, timeZone }
}

function attendeePart(attendee: Attendee) {
  return {
    name: attendee.name,
    email: attendee.email,
    displayEmail: displayEmail(attendee.email),
    timeZone: attendee.timeZone,
    language: 'en',
    absent: attendee.absent,
    ...given('phoneNumber', attendee.phoneNumber),
  }
}

function seatPart(attendee: Attendee) {
  return {
    ...attendeePart(attendee),
    seatUid: attendee.seat ?? '',
    bookingFieldsResponses: { name: attendee.name, email: attendee.email, ...attendee.responses },
    metadata: {},
  }
}

/** Managed users carry `+<client>` before the `@`; this is the address without it. */
function displayEmail(email: string): string {
  return email.replace(/\+c[a-z0-9-]{8,}@/, '@')
}

function given(name: string, value: string | null): Record<string, string> {
  return value === null ? {} : { [name]: value }
}
