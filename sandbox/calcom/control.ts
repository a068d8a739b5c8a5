import type { FastifyInstance, FastifyReply } from 'fastify'
import { isRecord, textOf } from '../json.ts'
import { bookingObject } from './booking-object.ts'
import type { Desk } from './bookings.ts'
import { book, confirm, pay, reject, setNoShow } from './bookings.ts'
import { cancel, requestReschedule } from './cancel.ts'
import { findUser } from './context.ts'
import { issueKey } from './credentials.ts'
import { hookObject } from './hooks.ts'
import { meObject } from './me.ts'
import { readOrder, readStart } from './orders.ts'
import { createUser } from './people.ts'
import { canMove, reschedule } from './reschedule.ts'
import type { Booking } from './world.ts'

/** Everything a test may do to this Cal.com from the outside. */
export function registerCalcomControl(app: FastifyInstance, desk: Desk): void {
  const { calcom } = desk
  const { world } = calcom

  app.get('/users', async () => ({ users: world.users.all().map(meObject) }))

  app.post('/users', async (request, reply) => {
    const given = isRecord(request.body) ? request.body : {}
    const email = textOf(given, 'email')
    const name = textOf(given, 'name')
    if (email === undefined || name === undefined) return refuse(reply, 'email and name are needed')
    if (findUser(calcom, email) !== undefined) return refuse(reply, 'email is taken', 409)
    const organization =
      given['organization'] === undefined ? undefined : Number(given['organization'])
    const user = createUser(calcom, {
      email,
      name,
      organization,
      timeZone: textOf(given, 'timezone'),
      isAdmin: given['admin'] !== false,
    })
    return reply.code(201).send(meObject(user))
  })

  app.post('/keys', async (request, reply) => {
    const given = isRecord(request.body) ? request.body : {}
    const user = findUser(calcom, given['user'])
    if (user === undefined) return refuse(reply, 'no such user', 404)
    const seconds = given['seconds'] === undefined ? undefined : Number(given['seconds'])
    return reply.code(201).send({ api_key: issueKey(calcom, user, seconds) })
  })

  app.get('/tokens', async () => ({
    tokens: world.credentials.all().map(({ hash, user, ...rest }) => ({
      ...rest,
      fingerprint: hash.slice(0, 16),
      user_email: world.users.get(String(user))?.email ?? '',
    })),
  }))

  app.get('/hooks', async () => ({
    hooks: world.hooks.all().map((hook) => {
      const { secret: _, ...shown } = { secret: null, ...hookObject(calcom, hook) }
      return {
        ...shown,
        scope: hook.scope,
        owner: hook.owner,
        user_email: hook.scope === 'user' ? (world.users.get(hook.owner)?.email ?? '') : '',
        has_secret: hook.secret !== null,
        pending: world.pending.all().filter((pending) => pending.hook === hook.id).length,
      }
    }),
  }))

  app.post('/bookings', async (request, reply) => {
    const order = readOrder(calcom, request.body)
    if (typeof order === 'string') return refuse(reply, order, statusOf(order))
    return reply.code(201).send(show(book(desk, order)))
  })

  act('cancel', async (booking, given, reply) => {
    if (booking.status === 'cancelled') return refuse(reply, 'already cancelled', 409)
    const by = given['by'] === 'host' ? 'host' : 'attendee'
    const reach =
      given['reach'] === 'all' || given['reach'] === 'following' ? given['reach'] : 'one'
    const isDone = await cancel(desk, booking, {
      by,
      reach,
      reason: textOf(given, 'reason') ?? null,
    })
    return isDone ? show(booking) : refuse(reply, 'the service failed after telling', 500)
  })

  act('reschedule', async (booking, given, reply) => {
    if (!canMove(booking)) return refuse(reply, 'already cancelled', 409)
    const start = readStart(calcom, textOf(given, 'start_time'))
    if (Number.isNaN(start)) return refuse(reply, 'start_time is no time')
    const by = given['by'] === 'host' ? 'host' : 'attendee'
    void reply.code(201)
    return show(reschedule(desk, booking, { start, by, reason: textOf(given, 'reason') }))
  })

  act('request-reschedule', async (booking, given) => {
    await requestReschedule(desk, booking, textOf(given, 'reason') ?? '')
    return show(booking)
  })

  act('confirm', async (booking, _given, reply) => {
    if (booking.status !== 'pending') return refuse(reply, 'nothing to confirm', 409)
    confirm(desk, booking)
    return show(booking)
  })

  act('reject', async (booking, given, reply) => {
    if (booking.status !== 'pending') return refuse(reply, 'nothing to reject', 409)
    reject(desk, booking, textOf(given, 'reason') ?? null)
    return show(booking)
  })

  act('paid', async (booking, _given, reply) => {
    if (booking.paymentId === null || booking.isPaid) return refuse(reply, 'nothing to pay', 409)
    pay(desk, booking)
    return show(booking)
  })

  act('no-show', async (booking, given) => {
    const emails = Array.isArray(given['emails']) ? given['emails'].map(String) : undefined
    setNoShow(desk, booking, { absent: given['set'] !== false, emails })
    return show(booking)
  })

  /** Registers what may be done to one booking. */
  function act(
    name: string,
    run: (
      booking: Booking,
      given: Record<string, unknown>,
      reply: FastifyReply,
    ) => Promise<unknown>,
  ): void {
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

function refuse(reply: FastifyReply, error: string, status = 400) {
  return reply.code(status).send({ error })
}

function statusOf(complaint: string): number {
  return complaint.endsWith('known') || complaint.endsWith('known user') ? 404 : 400
}
