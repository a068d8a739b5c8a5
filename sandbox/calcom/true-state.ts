import { bookingObject } from './booking-object.ts'
import type { Calcom } from './context.ts'
import { eventTypeOf, hostOf } from './context.ts'
import { withMilliseconds } from './times.ts'
import type { Booking } from './world.ts'

/** Keeps a booking and writes down what is now true of it. */
export function keepBooking(calcom: Calcom, booking: Booking, touched = true): void {
  if (touched) booking.updatedAt = new Date().toISOString()
  calcom.world.bookings.put(booking)
  calcom.ledger.recordBooking(trueState(calcom, booking))
}

/** Every booking as it truly is, oldest first. */
export function trueBookings(calcom: Calcom): object[] {
  return calcom.world.bookings.all().map((booking) => trueState(calcom, booking))
}

function trueState(calcom: Calcom, booking: Booking) {
  const host = hostOf(calcom, booking)
  return {
    ...bookingObject(calcom, booking),
    provider: 'calcom',
    user_email: host.email,
    booking: booking.uid,
    start_time: withMilliseconds(booking.start),
    end_time: withMilliseconds(booking.end),
    email: booking.attendees[0]?.email ?? null,
    name: booking.attendees[0]?.name ?? null,
    series: booking.series,
    seats: eventTypeOf(calcom, booking).seats,
    no_show: booking.attendees.some(({ absent }) => absent),
    paid: booking.isPaid,
  }
}
