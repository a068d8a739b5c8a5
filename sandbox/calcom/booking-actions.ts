import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isRecord, textOf } from '../json.ts'
import { readStart } from './api-orders.ts'
import { bookingObject } from './booking-object.ts'
import { unknown } from './booking-routes.ts'
import type { Desk } from './bookings.ts'
import { confirm, reject, setNoShow } from './bookings.ts'
import { cancel } from './cancel.ts'
import { hostOf } from './context.ts'
import type { Gate } from './gate.ts'
import { problem, UNEXPECTED } from './problems.ts'
import type { Side } from './reschedule.ts'
import { canMove, reschedule } from './reschedule.ts'
import { bookingsNamed, cancelSeat, findSeat, moveSeat } from './seats.ts'
import { addGuests, reassign } from './silent-changes.ts'
import type { Booking } from './world.ts'

/** Changes bookings over the API. */
export function registerBookingActions(
  app: FastifyInstance,
  { desk, gate }: { desk: Desk; gate: Gate },
): void {
  const { calcom } = desk
  const anybody = { preHandler: gate.openToAll }
  const known = { preHandler: gate.open }

  app.post('/bookings/:uid/cancel', anybody, async (request, reply) => {
    const { uid } = request.params as { uid: string }
    const body = bodyOf(request)
    const found = bookingsNamed(desk, uid)
    const booking = found.find(isAlive) ?? found[0]
    if (booking === undefined) throw unknown(uid)
    if (!isAlive(booking)) throw ended(booking, 'cancel')
    const by = sideOf(request, booking)
    const reason = textOf(body, 'cancellationReason') ?? null
    const seat = textOf(body, 'seatUid')
    void reply.code(200)
    if (seat !== undefined) {
      if (findSeat(desk, seat)?.booking !== booking) throw problem(404, 'Seat not found')
      await cancelSeat(desk, booking, { seat, by, reason })
      return success(booking)
    }
    const isFollowing = body['cancelSubsequentBookings'] === true
    const reach = booking.uid !== uid ? 'all' : isFollowing ? 'following' : 'one'
    if (!(await cancel(desk, booking, { by, reason, reach }))) throw UNEXPECTED
    if (reach === 'one') return success(booking)
    const cancelled = bookingsNamed(desk, booking.series ?? '')
    const data = cancelled.filter((one) => !isAlive(one)).map((one) => bookingObject(calcom, one))
    return { status: 'success', data }
  })

  app.post('/bookings/:uid/reschedule', anybody, async (request, reply) => {
    const booking = bookingOf(request)
    const body = bodyOf(request)
    const start = readStart(body)
    if (!canMove(booking)) throw ended(booking, 'reschedule')
    void reply.code(201)
    const seat = textOf(body, 'seatUid')
    if (seat !== undefined) {
      const found = findSeat(desk, seat)
      if (found?.booking !== booking) throw problem(404, 'Seat not found')
      const moved = moveSeat(desk, booking, { seat: found.attendee, start })
      if (moved === 'full') throw problem(400, 'Booking seats are full')
      return { status: 'success', data: { ...bookingObject(calcom, moved), seatUid: seat } }
    }
    const by = body['rescheduledBy'] === hostOf(calcom, booking).email ? 'host' : 'attendee'
    const reason = textOf(body, 'reschedulingReason')
    return success(reschedule(desk, booking, { start, by, reason }))
  })

  app.post('/bookings/:uid/confirm', known, async (request, reply) => {
    const booking = pendingOf(request)
    confirm(desk, booking)
    return reply.code(200).send(success(booking))
  })

  app.post('/bookings/:uid/decline', known, async (request, reply) => {
    const booking = pendingOf(request)
    reject(desk, booking, textOf(bodyOf(request), 'reason') ?? null)
    return reply.code(200).send(success(booking))
  })

  app.post('/bookings/:uid/mark-absent', known, async (request, reply) => {
    const booking = ownOf(request)
    const body = bodyOf(request)
    const marks = Array.isArray(body['attendees']) ? body['attendees'].filter(isRecord) : []
    const host = typeof body['host'] === 'boolean' ? body['host'] : undefined
    for (const absent of [true, false]) {
      const named = marks.filter((mark) => (mark['absent'] === true) === absent)
      const emails = named.map((mark) => textOf(mark, 'email') ?? '')
      const isOnlyHost = marks.length === 0 && absent && host !== undefined
      if (emails.length > 0 || isOnlyHost) setNoShow(desk, booking, { absent, emails, host })
    }
    return reply.code(200).send(success(booking))
  })

  app.post('/bookings/:uid/guests', known, async (request, reply) => {
    const booking = ownOf(request)
    const { guests } = bodyOf(request)
    const named = Array.isArray(guests) ? guests.filter(isRecord) : []
    addGuests(
      desk,
      booking,
      named.map((guest) => textOf(guest, 'email') ?? ''),
    )
    return reply.code(200).send(success(booking))
  })

  app.post('/bookings/:uid/reassign/:userId', known, async (request, reply) => {
    const booking = ownOf(request)
    const { userId } = request.params as { userId: string }
    const host = calcom.world.users.get(userId)
    if (host === undefined) throw problem(404, `User with id=${userId} not found`)
    reassign(desk, booking, host)
    const { id, name, email } = host
    const data = { bookingUid: booking.uid, reassignedTo: { id, name, email } }
    return reply.code(200).send({ status: 'success', data })
  })

  function bookingOf(request: FastifyRequest): Booking {
    const { uid } = request.params as { uid: string }
    const booking = calcom.world.bookings.get(uid)
    if (booking === undefined) throw unknown(uid)
    return booking
  }

  function ownOf(request: FastifyRequest): Booking {
    const booking = bookingOf(request)
    if (gate.callerOf(request).user.id === booking.host) return booking
    throw problem(403, 'Forbidden resource')
  }

  function pendingOf(request: FastifyRequest): Booking {
    const booking = ownOf(request)
    if (booking.status === 'pending') return booking
    throw problem(400, 'Booking already confirmed')
  }

  function sideOf(request: FastifyRequest, booking: Booking): Side {
    return gate.guestOf(request)?.user.id === booking.host ? 'host' : 'attendee'
  }

  function success(booking: Booking) {
    return { status: 'success', data: bookingObject(calcom, booking) }
  }
}

function isAlive({ status }: Booking): boolean {
  return status === 'accepted' || status === 'pending'
}

function ended({ uid, rescheduledTo }: Booking, what: string): Error {
  const why =
    rescheduledTo === null
      ? 'it has been cancelled already'
      : `it has been rescheduled already to booking with uid=${rescheduledTo}`
  return problem(400, `Can't ${what} booking with uid=${uid} because ${why}.`)
}

function bodyOf({ body }: FastifyRequest): Record<string, unknown> {
  return isRecord(body) ? body : {}
}
