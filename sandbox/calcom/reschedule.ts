import type { Desk } from './bookings.ts'
import { seriesPart } from './bookings.ts'
import { eventTypeOf, hostOf } from './context.ts'
import { scheduleMeetings, unscheduleMeetings } from './meetings.ts'
import { newUid } from './new-booking.ts'
import { zulu } from './times.ts'
import { keepBooking } from './true-state.ts'
import type { Booking } from './world.ts'
import { nextNumber } from './world.ts'

export type Side = 'attendee' | 'host'

/** Whether a booking may still be moved: it stands, or its host asked for another time. */
export function canMove(booking: Booking): boolean {
  if (booking.status === 'accepted' || booking.status === 'pending') return true
  return booking.isRescheduled && booking.rescheduledTo === null
}

/**
 * Moves a booking: a new row with a new uid. The old one ends in silence. An attendee who moves
 * what needs confirmation makes a request, which does not say what it replaces.
 */
export function reschedule(
  desk: Desk,
  old: Booking,
  given: { start: number; by: Side; reason?: string | undefined },
): Booking {
  const { calcom } = desk
  const by = given.by === 'host' ? hostOf(calcom, old).email : (old.attendees[0]?.email ?? null)
  const moved = successorOf(desk, old, { ...given, by })
  const { requiresConfirmation } = eventTypeOf(calcom, old)
  const waits = requiresConfirmation && given.by === 'attendee'
  moved.status = waits ? 'pending' : 'accepted'
  unscheduleMeetings(desk, old)
  keepBooking(calcom, moved)
  Object.assign(old, {
    status: 'cancelled' as const,
    isRescheduled: true,
    rescheduledTo: moved.uid,
    rescheduledBy: by,
  })
  keepBooking(calcom, old)
  if (waits) {
    const extras = calcom.read('requestedNamesOld') ? { rescheduleUid: old.uid } : {}
    void desk.dispatcher.tell({ trigger: 'BOOKING_REQUESTED', uid: moved.uid, extras })
    return moved
  }
  scheduleMeetings(desk, moved)
  void desk.dispatcher.tell({
    trigger: 'BOOKING_RESCHEDULED',
    uid: moved.uid,
    extras: {
      rescheduleUid: old.uid,
      rescheduleId: old.id,
      rescheduleStartTime: zulu(old.start),
      rescheduleEndTime: zulu(old.end),
      rescheduledBy: by,
      ...seriesPart(calcom, old),
    },
    without: calcom.read('keepIcalUid') ? [] : ['iCalUID'],
  })
  return moved
}

/** The row that takes a booking's place, not kept yet. */
function successorOf(
  { calcom }: Desk,
  old: Booking,
  given: { start: number; by: string | null; reason?: string | undefined },
): Booking {
  const now = new Date().toISOString()
  return {
    ...structuredClone(old),
    uid: newUid(),
    id: nextNumber(calcom.world, 'booking'),
    start: given.start,
    end: given.start + (old.end - old.start),
    sequence: old.sequence + 1,
    isRescheduled: false,
    rescheduledFrom: old.uid,
    rescheduledTo: null,
    reschedulingReason: given.reason ?? null,
    rescheduledBy: given.by,
    cancellationReason: null,
    cancelledBy: null,
    createdAt: now,
    updatedAt: now,
  }
}
