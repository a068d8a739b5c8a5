import type { Calcom } from './context.ts'
import { eventTypeOf } from './context.ts'
import type { Dispatcher } from './dispatcher.ts'
import { scheduleMeetings } from './meetings.ts'
import type { Order } from './new-booking.ts'
import { keepNewBooking } from './new-booking.ts'
import { keepBooking } from './true-state.ts'
import type { Booking, Telling } from './world.ts'
import { nextNumber } from './world.ts'

export interface Desk {
  calcom: Calcom
  dispatcher: Dispatcher
}

/** Books: at once, after confirmation or after payment, as the event type wants it. */
export function book(desk: Desk, order: Order, more: Partial<Booking> = {}): Booking {
  const { calcom } = desk
  const { price, requiresConfirmation } = order.eventType
  const waits = price > 0 || requiresConfirmation
  const paymentId = price > 0 ? nextNumber(calcom.world, 'payment') : null
  const booking = keepNewBooking(calcom, order, {
    status: waits ? 'pending' : 'accepted',
    paymentId,
    ...more,
  })
  if (price > 0) {
    tell(desk, booking, { trigger: 'BOOKING_PAYMENT_INITIATED', ...payment(desk, booking) })
    return booking
  }
  if (requiresConfirmation) {
    tell(desk, booking, {
      trigger: 'BOOKING_REQUESTED',
      extras: { oneTimePassword: 'a one time password' },
    })
    return booking
  }
  void announceCreated(desk, booking)
  return booking
}

/** The host accepts: of a series every occurrence stands, but only one is told. */
export function confirm(desk: Desk, booking: Booking): Booking[] {
  const { calcom } = desk
  const waiting = booking.series === null ? [booking] : seriesOf(calcom, booking.series)
  const accepted = waiting.filter(({ status }) => status === 'pending')
  for (const one of accepted) {
    keepBooking(calcom, Object.assign(one, { status: 'accepted' as const }))
  }
  void announceCreated(desk, booking)
  return accepted
}

/** The host declines. */
export function reject(desk: Desk, booking: Booking, reason: string | null): void {
  Object.assign(booking, { status: 'rejected' as const, rejectionReason: reason })
  keepBooking(desk.calcom, booking)
  tell(desk, booking, { trigger: 'BOOKING_REJECTED', extras: { rejectionReason: reason ?? '' } })
}

/** The payment arrived: created and paid are told, in no order that is promised. */
export function pay(desk: Desk, booking: Booking): void {
  Object.assign(booking, { status: 'accepted' as const, isPaid: true })
  keepBooking(desk.calcom, booking)
  void announceCreated(desk, booking)
  tell(desk, booking, { trigger: 'BOOKING_PAID', ...payment(desk, booking) })
}

/** Marks the absent; only those named, or everybody. */
export function setNoShow(
  desk: Desk,
  booking: Booking,
  given: { absent: boolean; emails: string[] | undefined; host?: boolean | undefined },
): void {
  for (const attendee of booking.attendees) {
    if (given.emails?.includes(attendee.email) !== false) attendee.absent = given.absent
  }
  if (given.host !== undefined) booking.isHostAbsent = given.host
  keepBooking(desk.calcom, booking)
  const { emails } = given
  tell(desk, booking, { trigger: 'BOOKING_NO_SHOW_UPDATED', extras: { emails } })
}

/** The occurrences of a series, in their order. */
export function seriesOf({ world }: Calcom, series: string): Booking[] {
  return world.bookings.by('series', series).toSorted((one, other) => one.start - other.start)
}

/** Tells hooks of a booking without waiting for them. */
export function tell(desk: Desk, { uid }: Booking, telling: Omit<Telling, 'uid'>): void {
  void desk.dispatcher.tell({ ...telling, uid })
}

/** Tells that a booking stands, and arms its start and end. */
function announceCreated(desk: Desk, booking: Booking): Promise<void> {
  const { seats } = eventTypeOf(desk.calcom, booking)
  scheduleMeetings(desk, booking)
  const seat = seats === null ? undefined : (booking.attendees.at(-1)?.seat ?? undefined)
  const extras = seriesPart(desk.calcom, booking)
  return desk.dispatcher.tell({ trigger: 'BOOKING_CREATED', uid: booking.uid, seat, extras })
}

function payment({ calcom }: Desk, booking: Booking): Pick<Telling, 'extras'> {
  const { price, currency, title } = eventTypeOf(calcom, booking)
  const paymentData = { amount: price, currency, success: booking.isPaid, fee: 0, refunded: false }
  const metadata = {
    identifier: 'cal.com',
    bookingId: booking.id,
    bookerEmail: booking.attendees[0]?.email,
    eventTitle: title,
  }
  const { paymentId } = booking
  return { extras: { paymentId, paymentData, ...(booking.isPaid ? { metadata } : {}) } }
}

/** How a series recurs; not which series it is. */
export function seriesPart(calcom: Calcom, booking: Booking): Record<string, unknown> {
  const { recurrence } = eventTypeOf(calcom, booking)
  if (recurrence === null || booking.seriesCount === null) return {}
  return { recurringEvent: { ...recurrence, count: booking.seriesCount } }
}
