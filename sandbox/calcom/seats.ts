import type { Desk } from './bookings.ts'
import { book, seriesOf, tell } from './bookings.ts'
import { cancel } from './cancel.ts'
import { eventTypeOf, hostOf } from './context.ts'
import type { Order } from './new-booking.ts'
import { attendeeOf, keepNewBooking } from './new-booking.ts'
import type { Side } from './reschedule.ts'
import { keepBooking } from './true-state.ts'
import type { Attendee, Booking, EventType } from './world.ts'

/** Books a seat: the first makes the booking, later ones join it under the same uid. */
export function bookSeat(desk: Desk, order: Order): Booking | 'full' {
  const { calcom } = desk
  const open = slotAt(desk, order.eventType, order.start)
  if (open === undefined) return book(desk, order)
  if (open.attendees.length >= (order.eventType.seats ?? 1)) return 'full'
  const attendee = attendeeOf(order.person, order.eventType)
  open.attendees.push(attendee)
  keepBooking(calcom, open)
  tell(desk, open, { trigger: 'BOOKING_CREATED', seat: attendee.seat ?? undefined })
  return open
}

/** Frees one seat: told as a cancellation of the booking, though it lives on for others. */
export async function cancelSeat(
  desk: Desk,
  booking: Booking,
  given: { seat: string; by: Side; reason: string | null },
): Promise<void> {
  const { calcom, dispatcher } = desk
  const { seat, by, reason } = given
  if (booking.attendees.length === 1) {
    await cancel(desk, booking, { by, reason, reach: 'one' })
    return
  }
  const person = booking.attendees.find((attendee) => attendee.seat === seat)
  const told = dispatcher.tell({
    trigger: 'BOOKING_CANCELLED',
    uid: booking.uid,
    seat,
    extras: {
      cancellationReason: reason ?? '',
      cancelledBy: by === 'host' ? hostOf(calcom, booking).email : person?.email,
    },
    without: calcom.read('seatResponses') ? [] : ['responses'],
  })
  booking.attendees = booking.attendees.filter((attendee) => attendee.seat !== seat)
  keepBooking(calcom, booking)
  await told
}

/** Moves one seat to another hour; the booking it leaves may still be live for others. */
export function moveSeat(
  desk: Desk,
  booking: Booking,
  given: { seat: Attendee; start: number },
): Booking | 'full' {
  const { calcom } = desk
  const eventType = eventTypeOf(calcom, booking)
  const open = slotAt(desk, eventType, given.start)
  if (open !== undefined && open.attendees.length >= (eventType.seats ?? 1)) return 'full'
  const target = open ?? emptySlot(desk, booking, given)
  if (open !== undefined) {
    open.attendees.push(given.seat)
    keepBooking(calcom, open)
  }
  booking.attendees = booking.attendees.filter(({ seat }) => seat !== given.seat.seat)
  if (booking.attendees.length === 0) {
    const end = { status: 'cancelled' as const, isRescheduled: true, rescheduledTo: target.uid }
    Object.assign(booking, end)
  }
  keepBooking(calcom, booking)
  tell(desk, target, {
    trigger: 'BOOKING_RESCHEDULED',
    seat: given.seat.seat ?? undefined,
    extras: { rescheduleUid: booking.uid, rescheduledBy: given.seat.email },
  })
  return target
}

/** The booking and seat of a seat uid. */
export function findSeat({ calcom }: Desk, seat: string) {
  for (const booking of calcom.world.bookings.all()) {
    const attendee = booking.attendees.find((one) => one.seat === seat)
    if (attendee !== undefined) return { booking, attendee }
  }
  return undefined
}

/** Every booking a uid stands for: its own, or those of a series. */
export function bookingsNamed({ calcom }: Desk, uid: string): Booking[] {
  const own = calcom.world.bookings.get(uid)
  return own === undefined ? seriesOf(calcom, uid) : [own]
}

function slotAt({ calcom }: Desk, eventType: EventType, start: number): Booking | undefined {
  return calcom.world.bookings
    .all()
    .find(
      (one) => one.eventType === eventType.id && one.start === start && one.status === 'accepted',
    )
}

function emptySlot(
  { calcom }: Desk,
  old: Booking,
  given: { seat: Attendee; start: number },
): Booking {
  const order: Order = {
    eventType: eventTypeOf(calcom, old),
    host: hostOf(calcom, old),
    start: given.start,
    minutes: (old.end - old.start) / 60_000,
    person: given.seat,
    guests: [],
    notes: old.notes,
    location: old.location,
    videoUrl: old.videoUrl,
    answers: {},
    metadata: {},
  }
  return keepNewBooking(calcom, order, { attendees: [given.seat] })
}
