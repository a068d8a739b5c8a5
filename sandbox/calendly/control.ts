import type { FastifyInstance } from 'fastify'
import { textOf } from '../json.ts'
import { hashOf, issuePersonalToken } from './tokens.ts'
import type { Desk } from './bookings.ts'
import { findUser, roleOf, uriOf } from './context.ts'
import type { Calendly } from './context.ts'
import { registerAppointmentControl } from './control-appointments.ts'
import { registerContactControl } from './control-contacts.ts'
import { registerEventTypeControl } from './control-event-types.ts'
import { registerGroupControl } from './control-groups.ts'
import type { OrderRules } from './control-order.ts'
import { readOrder, refuse } from './control-order.ts'
import { registerRoutingFormControl } from './control-routing-forms.ts'
import { hookObject, userObject } from './objects.ts'
import type { NewUser } from './people.ts'
import { createUser } from './people.ts'
import { tokenReport } from './token-report.ts'
import type { User } from './world.ts'

const NEW_USER: OrderRules = {
  required: { email: 'text', name: 'text' },
  optional: {
    organization: 'text',
    role: ['owner', 'admin', 'user'],
    plan: ['free', 'paid', 'enterprise'],
    timezone: 'text',
  },
}

/** Everything a test may do to this Calendly from the outside. */
export function registerCalendlyControl(app: FastifyInstance, desk: Desk): void {
  const { calendly } = desk
  const { world } = calendly

  registerAppointmentControl(app, desk)
  registerGroupControl(app, calendly)
  registerEventTypeControl(app, desk)
  registerRoutingFormControl(app, desk)
  registerContactControl(app, desk)

  app.get('/users', async () => ({
    users: world.users.all().map((user) => showUser(calendly, user)),
  }))

  app.post('/users', async (request, reply) => {
    const given = readOrder(request.body, NEW_USER)
    if (typeof given === 'string') return refuse(reply, given)
    if (findUser(calendly, String(given['email'])) !== undefined) {
      return refuse(reply, 'email is taken', 409)
    }
    const user = createUser(calendly, given as unknown as NewUser)
    return reply.code(201).send(showUser(calendly, user))
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
    const required = { user: 'text' } as const
    const given = readOrder(request.body, { required, optional: { scope: 'text' } })
    if (typeof given === 'string') return refuse(reply, given)
    const user = findUser(calendly, String(given['user']))
    if (user === undefined) return refuse(reply, 'no such user', 404)
    const token = issuePersonalToken(calendly, user, textOf(given, 'scope') ?? 'default')
    return reply.code(201).send({ token })
  })
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
