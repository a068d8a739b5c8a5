import type { Desk } from './bookings.ts'
import { guestOf } from './new-booking.ts'
import { keepBooking } from './true-state.ts'
import type { Booking, User } from './world.ts'

/** Gives a booking to another host; no trigger exists for this. */
export function reassign({ calcom }: Desk, booking: Booking, host: User): void {
  keepBooking(calcom, Object.assign(booking, { host: host.id }))
}

/** Changes the place or link of a booking; no trigger exists for this. */
export function moveTo({ calcom }: Desk, booking: Booking, location: string): void {
  const videoUrl = location.startsWith('http') ? location : null
  keepBooking(calcom, Object.assign(booking, { location, videoUrl }))
}

/** Adds guests behind the booker; no trigger exists for this. */
export function addGuests({ calcom }: Desk, booking: Booking, emails: string[]): void {
  booking.guests = [...booking.guests, ...emails]
  booking.attendees = [...booking.attendees, ...emails.map(guestOf)]
  keepBooking(calcom, booking)
}
