import type { FastifyInstance, FastifyReply } from 'fastify'
import { isRecord, textOf } from '../json.ts'
import { bookingObject } from './booking-object.ts'
import type { Desk } from './bookings.ts'
import { book, confirm, pay, reject, setNoShow } from './bookings.ts'
import { cancel, requestReschedule } from './cancel.ts'
import { findUser } from './context.ts'
import { readOrder, readSeries, readStart } from './orders.ts'
import type { Side } from './reschedule.ts'
import { canMove, reschedule } from './reschedule.ts'
import { bookSeat, cancelSeat, findSeat, moveSeat } from './seats.ts'
import { bookSeries } from './series.ts'
import { addGuests, moveTo, reassign } from './silent-changes.ts'
import type { Booking } from './world.ts'

type Given = Record<string, unknown>
type Act = (booking: Booking, given: Given, reply: FastifyReply) => Promise<unknown>

/** Books and changes bookings as people do, and as nobody is told of. */
export function registerBookingControl(app: FastifyInstance, desk: Desk): void {
  const { calcom, dispatcher } = desk
  const { world } = calcom

  app.post('/bookings', async (request, reply) => {
    const order = readOrder(calcom, request.body)
    if (typeof order === 'string') return refuse(reply, order, statusOf(order))
    const booked = order.eventType.seats === null ? book(desk, order) : bookSeat(desk, order)
    if (booked === 'full') return refuse(reply, 'event is full', 409)
    const seat = booked.attendees.at(-1)?.seat ?? null
    return reply.code(201).send({ ...show(booked), ...(seat === null ? {} : { seat }) })
  })

  app.post('/bookings/series', async (request, reply) => {
    const series = readSeries(calcom, request.body)
    if (typeof series === 'string') return refuse(reply, series, statusOf(series))
    const bookings = bookSeries(desk, series.order, series)
    return reply.code(201).send({
      bookings: bookings.map((booking) => bookingObject(calcom, booking)),
    })
  })

  const acts: Record<string, Act> = {
    async cancel(booking, given, reply) {
      if (booking.status === 'cancelled') return refuse(reply, 'already cancelled', 409)
      const seat = textOf(given, 'seat')
      const reason = textOf(given, 'reason') ?? null
      const by = sideOf(given)
      if (seat !== undefined) {
        if (findSeat(desk, seat)?.booking !== booking) return refuse(reply, 'no such seat', 404)
        await cancelSeat(desk, booking, { seat, by, reason })
        return show(booking)
      }
      const { reach: wish } = given
      const reach = wish === 'all' || wish === 'following' ? wish : 'one'
      const isDone = await cancel(desk, booking, { by, reach, reason })
      return isDone ? show(booking) : refuse(reply, 'the service failed after telling', 500)
    },

    async 'cancel-all'(booking, given, reply) {
      return acts['cancel']?.(booking, { ...given, reach: 'all' }, reply)
    },

    async reschedule(booking, given, reply) {
      if (!canMove(booking)) return refuse(reply, 'already cancelled', 409)
      const start = readStart(calcom, textOf(given, 'start_time'))
      if (Number.isNaN(start)) return refuse(reply, 'start_time is no time')
      void reply.code(201)
      const seat = textOf(given, 'seat')
      if (seat === undefined) {
        const reason = textOf(given, 'reason')
        return show(reschedule(desk, booking, { start, by: sideOf(given), reason }))
      }
      const found = findSeat(desk, seat)
      if (found?.booking !== booking) return refuse(reply, 'no such seat', 404)
      const moved = moveSeat(desk, booking, { seat: found.attendee, start })
      return moved === 'full' ? refuse(reply, 'event is full', 409) : show(moved)
    },

    async 'request-reschedule'(booking, given) {
      await requestReschedule(desk, booking, textOf(given, 'reason') ?? '')
      return show(booking)
    },

    async confirm(booking, _given, reply) {
      if (booking.status !== 'pending') return refuse(reply, 'nothing to confirm', 409)
      confirm(desk, booking)
      return show(booking)
    },

    async reject(booking, given, reply) {
      if (booking.status !== 'pending') return refuse(reply, 'nothing to reject', 409)
      reject(desk, booking, textOf(given, 'reason') ?? null)
      return show(booking)
    },

    async paid(booking, _given, reply) {
      if (booking.paymentId === null || booking.isPaid) return refuse(reply, 'nothing to pay', 409)
      pay(desk, booking)
      return show(booking)
    },

    async 'no-show'(booking, given) {
      const emails = Array.isArray(given['emails']) ? given['emails'].map(String) : undefined
      setNoShow(desk, booking, { absent: given['set'] !== false, emails })
      return show(booking)
    },

    async started(booking) {
      await dispatcher.tell({ trigger: 'MEETING_STARTED', uid: booking.uid })
      return show(booking)
    },

    async ended(booking) {
      await dispatcher.tell({ trigger: 'MEETING_ENDED', uid: booking.uid })
      return show(booking)
    },

    async reassign(booking, given, reply) {
      const host = findUser(calcom, given['user'])
      if (host === undefined) return refuse(reply, 'no such user', 404)
      reassign(desk, booking, host)
      return show(booking)
    },

    async location(booking, given) {
      moveTo(desk, booking, textOf(given, 'location') ?? '')
      return show(booking)
    },

    async guests(booking, given) {
      const { guests } = given
      addGuests(desk, booking, Array.isArray(guests) ? guests.map(String) : [])
      return show(booking)
    },
  }

  for (const [name, run] of Object.entries(acts)) {
    app.post(`/bookings/:uid/${name}`, async (request, reply) => {
      const booking = world.bookings.get((request.params as { uid: string }).uid)
      if (booking === undefined) return refuse(reply, 'no such booking', 404)
      return run(booking, isRecord(request.body) ? request.body : {}, reply)
    })
  }

  function show(booking: Booking) {
    return { booking: bookingObject(calcom, booking) }
  }
}

function sideOf(given: Given): Side {
  return given['by'] === 'host' ? 'host' : 'attendee'
}

function refuse(reply: FastifyReply, error: string, status = 400) {
  return reply.code(status).send({ error })
}

function statusOf(complaint: string): number {
  return complaint.endsWith('known') || complaint.endsWith('known user') ? 404 : 400
}
