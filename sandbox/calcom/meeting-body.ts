import type { Calcom } from './context.ts'
import { hostOf } from './context.ts'
import { responsesPart } from './payload-people.ts'
import { withMilliseconds } from './times.ts'
import type { Telling } from './world.ts'

/** The flat body of MEETING_STARTED and MEETING_ENDED: the columns of the booking. */
export function meetingBody(calcom: Calcom, telling: Telling): Record<string, unknown> | undefined {
  const booking = calcom.world.bookings.get(telling.uid)
  if (booking === undefined) return undefined
  const host = hostOf(calcom, booking)
  return {
    triggerEvent: telling.trigger,
    id: booking.id,
    uid: booking.uid,
    idempotencyKey: null,
    userId: booking.host,
    userPrimaryEmail: host.email,
    eventTypeId: booking.eventType,
    title: booking.title,
    description: booking.notes ?? '',
    customInputs: {},
    responses: responsesPart(booking, telling, booking.attendees),
    startTime: withMilliseconds(booking.start),
    endTime: withMilliseconds(booking.end),
    location: booking.location,
    createdAt: booking.createdAt,
    updatedAt: booking.updatedAt,
    status: booking.status.toUpperCase(),
    paid: booking.isPaid,
    cancellationReason: booking.cancellationReason,
    rejectionReason: booking.rejectionReason,
    rescheduled: booking.isRescheduled || null,
    fromReschedule: booking.rescheduledFrom,
    recurringEventId: booking.series,
    metadata: booking.videoUrl === null ? {} : { videoCallUrl: booking.videoUrl },
    iCalUID: booking.icsUid,
    iCalSequence: booking.sequence,
    noShowHost: booking.isHostAbsent,
    attendees: booking.attendees.map(({ email, name, timeZone }, position) => ({
      id: booking.id * 100 + position,
      email,
      name,
      timeZone,
      locale: 'en',
      bookingId: booking.id,
    })),
    user: { name: host.name, email: host.email, timeZone: host.timeZone, locale: 'en' },
  }
}
