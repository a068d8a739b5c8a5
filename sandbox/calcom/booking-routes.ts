import type { FastifyInstance, FastifyRequest } from 'fastify'
import { bookingObject, olderBookingObject } from './booking-object.ts'
import type { Desk } from './bookings.ts'
import { book } from './bookings.ts'
import { findBookings } from './bookings-list.ts'
import type { Gate } from './gate.ts'
import { readApiOrder } from './api-orders.ts'
import { paginationOf, readWindow } from './paging.ts'
import { problem } from './problems.ts'
import { bookSeat, bookingsNamed, findSeat } from './seats.ts'
import { bookSeries } from './series.ts'
import type { Booking } from './world.ts'

/** The version in which this sandbox speaks of bookings; any other header gets an older shape. */
const VERSION = '2024-08-13'

/** Reads bookings, and makes them. */
export function registerBookings(app: FastifyInstance, { desk, gate }: { desk: Desk; gate: Gate }) {
  const { calcom } = desk

  app.get('/bookings', { preHandler: gate.open }, async (request) => {
    const { user } = gate.callerOf(request)
    const window = readWindow(request.query, { usual: 100, most: 250 })
    const found = findBookings(calcom, user, request.query)
    const page = found.slice(window.skip, window.skip + window.take)
    if (!isCurrent(request)) {
      const bookings = page.map((booking) => olderBookingObject(calcom, booking))
      return { status: 'success', data: { bookings, recurringInfo: [], nextCursor: null } }
    }
    return {
      status: 'success',
      data: page.map((booking) => bookingObject(calcom, booking)),
      pagination: paginationOf(found.length, window),
    }
  })

  app.get('/bookings/:uid', { preHandler: gate.openToAll }, async (request) => {
    const { uid } = request.params as { uid: string }
    const found = bookingsNamed(desk, uid)
    const [first] = found
    if (first === undefined) throw unknown(uid)
    if (!isCurrent(request)) return { status: 'success', data: olderBookingObject(calcom, first) }
    return success(found, uid)
  })

  app.get('/bookings/by-seat/:seatUid', { preHandler: gate.openToAll }, async (request) => {
    const { seatUid } = request.params as { seatUid: string }
    const found = findSeat(desk, seatUid)
    if (found === undefined) throw problem(404, `Seat with uid=${seatUid} was not found`)
    return { status: 'success', data: bookingObject(calcom, found.booking) }
  })

  app.post('/bookings', { preHandler: gate.openToAll }, async (request, reply) => {
    const order = readApiOrder(calcom, request.body)
    void reply.code(201)
    const { eventType, recurrence } = order
    if (recurrence !== null) {
      const series = bookSeries(desk, order, { recurrence })
      return { status: 'success', data: series.map((one) => bookingObject(calcom, one)) }
    }
    const booking = eventType.seats === null ? book(desk, order) : bookSeat(desk, order)
    if (booking === 'full') throw problem(400, 'Booking seats are full')
    const data = bookingObject(calcom, booking)
    if (eventType.seats === null) return { status: 'success', data }
    return { status: 'success', data: { ...data, seatUid: booking.attendees.at(-1)?.seat } }
  })

  /** One booking, or an array where the uid is that of a series. */
  function success(found: Booking[], uid: string) {
    const shown = found.map((booking) => bookingObject(calcom, booking))
    return { status: 'success', data: found[0]?.uid === uid ? shown[0] : shown }
  }
}

/** 404 of a uid that names nothing. */
export function unknown(uid: string): Error {
  return problem(404, `Booking with uid=${uid} was not found in the database`)
}

/** True when the call names the version of today; others are answered in an older shape. */
function isCurrent(request: FastifyRequest): boolean {
  return request.headers['cal-api-version'] === VERSION
}
