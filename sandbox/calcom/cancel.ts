import type { Desk } from './bookings.ts'
import { seriesOf, seriesPart } from './bookings.ts'
import { hostOf } from './context.ts'
import { unscheduleMeetings } from './meetings.ts'
import type { Side } from './reschedule.ts'
import { keepBooking } from './true-state.ts'
import type { Booking } from './world.ts'

export interface Cancelling {
  by: Side
  reason: string | null
  /** Of a series: this one, this and those after it, or all that are left. */
  reach: 'one' | 'following' | 'all'
}

/**
 * Cancels. The hooks hear of it before the row knows; of several bookings they hear of one only.
 * False when the service failed in between, and what it told is not true.
 */
export async function cancel(desk: Desk, booking: Booking, given: Cancelling): Promise<boolean> {
  const { calcom, dispatcher } = desk
  const cancelledBy = nameOf(desk, booking, given.by)
  const isAll = given.reach === 'all' && booking.series !== null
  await dispatcher.tell({
    trigger: 'BOOKING_CANCELLED',
    uid: booking.uid,
    extras: {
      cancellationReason: given.reason ?? '',
      cancelledBy,
      ...(calcom.read('requestRescheduleFlag') ? { requestReschedule: false } : {}),
      ...(isAll ? seriesPart(calcom, booking) : {}),
    },
  })
  const fails = calcom.faults.take({ provider: 'calcom', kinds: ['cancel-fails'] })
  if (fails !== undefined) return false
  for (const one of reached(desk, booking, given)) {
    const touched = one === booking || calcom.read('bulkCancelTouches')
    const facts = { cancellationReason: given.reason, cancelledBy }
    Object.assign(one, { status: 'cancelled' as const, ...facts })
    unscheduleMeetings(desk, one)
    keepBooking(calcom, one, touched)
  }
  return true
}

/** The host asks the attendee to choose another time: told as a cancellation. */
export async function requestReschedule(
  desk: Desk,
  booking: Booking,
  reason: string,
): Promise<void> {
  const { calcom } = desk
  const cancellationReason = `Please reschedule. ${reason}`
  const cancelledBy = nameOf(desk, booking, 'host')
  const flag = calcom.read('requestRescheduleFlag') ? { requestReschedule: true } : {}
  Object.assign(booking, {
    status: 'cancelled' as const,
    isRescheduled: true,
    cancellationReason,
    cancelledBy,
  })
  unscheduleMeetings(desk, booking)
  keepBooking(calcom, booking)
  await desk.dispatcher.tell({
    trigger: 'BOOKING_CANCELLED',
    uid: booking.uid,
    extras: { cancellationReason, cancelledBy, ...flag },
  })
}

function reached({ calcom }: Desk, booking: Booking, { reach }: Cancelling): Booking[] {
  if (booking.series === null || reach === 'one') return [booking]
  return seriesOf(calcom, booking.series)
    .filter(({ status }) => status === 'accepted' || status === 'pending')
    .filter(({ start }) => reach === 'all' || start >= booking.start)
}

function nameOf({ calcom }: Desk, booking: Booking, by: Side): string {
  return by === 'host' ? hostOf(calcom, booking).email : (booking.attendees[0]?.email ?? '')
}
