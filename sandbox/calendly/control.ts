import type { FastifyInstance } from 'fastify'
import { isRecord, textOf } from '../json.ts'
import type { Invitee } from './booking-rows.ts'
import { hashOf, issuePersonalToken } from './tokens.ts'
import { book, cancelInvitee, reschedule, setNoShow } from './bookings.ts'
import type { Desk } from './bookings.ts'
import { findUser, idOf, roleOf, uriOf } from './context.ts'
import type { Calendly } from './context.ts'
import { readBooking, readStart } from './control-bookings.ts'
import { registerContactControl } from './control-contacts.ts'
import { registerEventTypeControl } from './control-event-types.ts'
import { registerGroupControl } from './control-groups.ts'
import { refuse } from './control-order.ts'
import { registerRoutingFormControl } from './control-routing-forms.ts'
import { eventObject, hookObject, inviteeObject, userObject } from './objects.ts'
import { createUser } from './people.ts'
import type { Booked } from './slots.ts'
import { tokenReport } from './token-report.ts'
import type { Plan, Role, User } from './world.ts'

/** Everything a test may do to this Calendly from the outside. */
export function registerCalendlyControl(app: FastifyInstance, desk: Desk): void {
  const { calendly } = desk
  const { world } = calendly

  registerGroupControl(app, calendly)
  registerEventTypeControl(app, desk)
  registerRoutingFormControl(app, desk)
  registerContactControl(app, desk)

  app.get('/users', async () => ({
    users: world.users.all().map((user) => showUser(calendly, user)),
  }))

  app.post('/users', async (request, reply) => {
    const given = isRecord(request.body) ? request.body : {}
    const email = textOf(given, 'email')
    const name = textOf(given, 'name')
    if (email === undefined || name === undefined) return refuse(reply, 'email and name are needed')
    if (findUser(calendly, email) !== undefined) return refuse(reply, 'email is taken', 409)
    const user = createUser(calendly, {
      email,
      name,
      organization: textOf(given, 'organization'),
      role: textOf(given, 'role') as Role | undefined,
      plan: textOf(given, 'plan') as Plan | undefined,
      timezone: textOf(given, 'timezone'),
    })
    return reply.code(201).send(showUser(calendly, user))
  })

  app.post('/bookings', async (request, reply) => {
    const booking = readBooking(calendly, request.body)
    if (typeof booking === 'string') return refuse(reply, booking, statusOf(booking))
    return reply.code(201).send(show(book(desk, booking)))
  })

  app.post('/bookings/:id/cancel', async (request, reply) => {
    const invitee = findInvitee(request.params)
    const given = isRecord(request.body) ? request.body : {}
    if (invitee === undefined) return refuse(reply, 'no such invitee', 404)
    if (invitee.status === 'canceled') return refuse(reply, 'already canceled', 409)
    const by = given['by'] === 'host' ? 'host' : 'invitee'
    return reply.send(
      show(cancelInvitee(desk, { invitee, by, reason: textOf(given, 'reason') ?? '' })),
    )
  })

  app.post('/bookings/:id/reschedule', async (request, reply) => {
    const invitee = findInvitee(request.params)
    const given = isRecord(request.body) ? request.body : {}
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
    if (invitee === undefined) return refuse(reply, 'no such invitee', 404)
    const set = !isRecord(request.body) || request.body['set'] !== false
    return reply.send(show(setNoShow(desk, invitee, set)))
  })

  app.get('/hooks', async () => ({
    hooks: world.hooks.all().map((hook) => ({
      uuid: hook.uuid,
      ...hookObject(calendly, hook),
      user_email: world.users.get(hook.user ?? hook.creator)?.email ?? '',
      createdAt: hook.createdAt,
      key_fingerprint: hook.signingKey === null ? null : hashOf(hook.signingKey).slice(0, 16),
      pending: world.pending.all().filter((pending) => pending.hook === hook.uuid).length,
    })),
  }))

  app.post('/hooks/:uuid/disable', async (request, reply) => {
    const hook = world.hooks.get((request.params as { uuid: string }).uuid)
    if (hook === undefined) return refuse(reply, 'no such hook', 404)
    hook.state = 'disabled'
    world.hooks.put(hook)
    return reply.send(hookObject(calendly, hook))
  })

  app.get('/tokens', async () => ({ users: tokenReport(calendly) }))

  app.post('/tokens', async (request, reply) => {
    const given = isRecord(request.body) ? request.body : {}
    const user = findUser(calendly, textOf(given, 'user') ?? '')
    if (user === undefined) return refuse(reply, 'no such user', 404)
    const token = issuePersonalToken(calendly, user, textOf(given, 'scope') ?? 'default')
    return reply.code(201).send({ token })
  })

  function findInvitee(params: unknown): Invitee | undefined {
    return world.invitees.get(idOf((params as { id: string }).id))
  }

  function show({ invitee, event }: Booked) {
    return {
      invitee: inviteeObject(calendly, invitee),
      scheduled_event: eventObject(calendly, event),
    }
  }
}

function showUser(calendly: Calendly, user: User) {
  return {
    uuid: user.uuid,
    ...userObject(calendly, user),
    organization: uriOf(calendly, `organizations/${user.organization}`),
    organization_name: calendly.world.organizations.get(user.organization)?.name ?? '',
    role: roleOf(calendly, user),
    plan: user.plan,
    event_type: uriOf(calendly, `event_types/${user.eventType}`),
  }
}

function statusOf(complaint: string): number {
  if (complaint === 'event is full') return 409
  return complaint.endsWith('known') || complaint.endsWith('known users') ? 404 : 400
}
