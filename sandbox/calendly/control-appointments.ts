import type { FastifyInstance } from 'fastify'
import { textOf } from '../json.ts'
import type { Invitee } from './booking-rows.ts'
import type { Desk } from './bookings.ts'
import { book, cancelInvitee, reschedule, setNoShow } from './bookings.ts'
import { idOf } from './context.ts'
import { readBooking, readStart } from './control-bookings.ts'
import type { OrderRules } from './control-order.ts'
import { pathId, readOrder, refuse } from './control-order.ts'
import { eventObject, inviteeObject } from './objects.ts'
import type { Booked } from './slots.ts'

const ACTORS = ['host', 'invitee']
const MOVE: OrderRules = {
  optional: { start_time: 'text', by: ACTORS, order: ['canceled-first', 'created-first'] },
}
/** Books, cancels, moves and marks, as a guest or a host would. */
export function registerAppointmentControl(app: FastifyInstance, desk: Desk): void {
  const { calendly } = desk

  app.post('/bookings', async (request, reply) => {
    const booking = readBooking(calendly, request.body)
    if (typeof booking === 'string') return refuse(reply, booking, statusOf(booking))
    return reply.code(201).send(show(book(desk, booking)))
  })

  app.post('/bookings/:id/cancel', async (request, reply) => {
    const invitee = findInvitee(request.params)
    const given = readOrder(request.body, { optional: { by: ACTORS, reason: 'text' } })
    if (typeof given === 'string') return refuse(reply, given)
    if (invitee === undefined) return refuse(reply, 'no such invitee', 404)
    if (invitee.status === 'canceled') return refuse(reply, 'already canceled', 409)
    const by = given['by'] === 'host' ? 'host' : 'invitee'
    return reply.send(
      show(cancelInvitee(desk, { invitee, by, reason: textOf(given, 'reason') ?? '' })),
    )
  })

  app.post('/bookings/:id/reschedule', async (request, reply) => {
    const invitee = findInvitee(request.params)
    const given = readOrder(request.body, MOVE)
    if (typeof given === 'string') return refuse(reply, given)
    if (invitee === undefined) return refuse(reply, 'no such invitee', 404)
    if (invitee.status === 'canceled') return refuse(reply, 'already canceled', 409)
    const start = readStart(calendly, textOf(given, 'start_time'))
    if (Number.isNaN(start)) return refuse(reply, 'start_time is no time')
    const by = given['by'] === 'host' ? 'host' : 'invitee'
    const createdFirst = given['order'] === 'created-first'
    return reply.code(201).send(show(reschedule(desk, { invitee, start, by, createdFirst })))
  })

  app.post('/bookings/:id/no-show', async (request, reply) => {
    const invitee = findInvitee(request.params)
    const given = readOrder(request.body, { optional: { set: 'flag' } })
    if (typeof given === 'string') return refuse(reply, given)
    if (invitee === undefined) return refuse(reply, 'no such invitee', 404)
    return reply.send(show(setNoShow(desk, invitee, given['set'] !== false)))
  })

  function findInvitee(params: unknown): Invitee | undefined {
    return calendly.world.invitees.get(idOf(pathId(params)))
  }

  function show({ invitee, event }: Booked) {
    return {
      invitee: inviteeObject(calendly, invitee),
      scheduled_event: eventObject(calendly, event),
    }
  }
}

function statusOf(complaint: string): number {
  if (complaint === 'event is full') return 409
  return complaint.endsWith('known') || complaint.endsWith('known users') ? 404 : 400
}
