import type { FastifyInstance, FastifyReply } from 'fastify'
import { isRecord, textOf } from '../json.ts'
import type { Desk } from './bookings.ts'
import { findUser } from './context.ts'
import { registerBookingControl } from './control-bookings.ts'
import { hashOf, issueKey } from './credentials.ts'
import { createHook, findHook, hookObject } from './hooks.ts'
import { meObject } from './me.ts'
import { issueCode } from './oauth2.ts'
import { createClient } from './oauth-clients.ts'
import { createEventType, createUser } from './people.ts'
import type { EventType, HookScope, Recurrence } from './world.ts'

const SCOPES: readonly HookScope[] = ['user', 'event-type', 'team', 'organization', 'oauth-client']

/** Everything a test may do to this Cal.com from the outside. */
export function registerCalcomControl(app: FastifyInstance, desk: Desk): void {
  const { calcom, dispatcher } = desk
  const { world } = calcom

  registerBookingControl(app, desk)

  app.get('/users', async () => ({ users: world.users.all().map(meObject) }))

  app.post('/users', async (request, reply) => {
    const given = bodyOf(request.body)
    const email = textOf(given, 'email')
    const name = textOf(given, 'name')
    if (email === undefined || name === undefined) return refuse(reply, 'email and name are needed')
    if (findUser(calcom, email) !== undefined) return refuse(reply, 'email is taken', 409)
    const user = createUser(calcom, {
      email,
      name,
      organization: numberOf(given['organization']),
      timeZone: textOf(given, 'timezone'),
      isAdmin: given['admin'] !== false,
    })
    return reply.code(201).send(meObject(user))
  })

  app.post('/keys', async (request, reply) => {
    const given = bodyOf(request.body)
    const user = findUser(calcom, given['user'])
    if (user === undefined) return refuse(reply, 'no such user', 404)
    const key = issueKey(calcom, user, numberOf(given['seconds']))
    return reply.code(201).send({ api_key: key })
  })

  app.get('/tokens', async () => ({
    tokens: world.credentials.all().map(({ hash, user, ...rest }) => ({
      ...rest,
      fingerprint: hash.slice(0, 16),
      user_email: world.users.get(String(user))?.email ?? '',
    })),
  }))

  app.post('/oauth-clients', async (request, reply) => {
    const given = bodyOf(request.body)
    return reply.code(201).send(
      createClient(calcom, {
        name: textOf(given, 'name') ?? 'Platform',
        organization: numberOf(given['organization']) ?? 1,
        redirectUris: Array.isArray(given['redirect_uris'])
          ? given['redirect_uris'].map(String)
          : [],
      }),
    )
  })

  app.post('/oauth-codes', async (request, reply) => {
    const given = bodyOf(request.body)
    const user = findUser(calcom, given['user'])
    const client = world.clients.get(textOf(given, 'client') ?? '')
    if (user === undefined || client === undefined) return refuse(reply, 'user and client', 404)
    const redirectUri = textOf(given, 'redirect_uri') ?? ''
    const challenge = textOf(given, 'code_challenge') ?? null
    const code = issueCode(calcom, { user, client, redirectUri, challenge })
    return reply.code(201).send({ code })
  })

  app.post('/event-types', async (request, reply) => {
    const given = bodyOf(request.body)
    const owner = findUser(calcom, given['user'])
    if (owner === undefined) return refuse(reply, 'no such user', 404)
    return reply.code(201).send(createEventType(calcom, { owner, ...readEventType(given) }))
  })

  app.get('/hooks', async () => ({
    hooks: world.hooks.all().map((hook) => {
      const { secret: _, ...shown } = { secret: null, ...hookObject(calcom, hook) }
      return {
        ...shown,
        scope: hook.scope,
        owner: hook.owner,
        user_email: hook.scope === 'user' ? (world.users.get(hook.owner)?.email ?? '') : '',
        has_secret: hook.secret !== null,
        key_fingerprint: hook.secret === null ? null : hashOf(hook.secret).slice(0, 16),
        pending: world.pending.all().filter((pending) => pending.hook === hook.id).length,
      }
    }),
  }))

  app.post('/hooks', async (request, reply) => {
    const given = bodyOf(request.body)
    const scope = SCOPES.find((one) => one === given['scope'])
    const url = textOf(given, 'url')
    if (scope === undefined || url === undefined) return refuse(reply, 'scope and url are needed')
    const user = findUser(calcom, given['owner'])
    const hook = createHook(calcom, {
      scope,
      owner:
        scope === 'user' ? String(user?.id) : String(numberOf(given['owner']) ?? given['owner']),
      subscriberUrl: url,
      triggers: Array.isArray(given['triggers']) ? given['triggers'].map(String) : [],
      ...(textOf(given, 'secret') === undefined ? {} : { secret: textOf(given, 'secret') ?? null }),
      payloadTemplate: textOf(given, 'template') ?? null,
      appId: textOf(given, 'app'),
    })
    return reply.code(201).send(hookObject(calcom, hook))
  })

  app.post('/hooks/:id/ping', async (request, reply) => {
    const hook = findHook(calcom, (request.params as { id: string }).id)
    if (hook === undefined) return refuse(reply, 'no such hook', 404)
    await dispatcher.tellHook(hook, { trigger: 'PING', uid: '' })
    return reply.send({ done: true })
  })
}

function readEventType(given: Record<string, unknown>): Partial<Omit<EventType, 'id' | 'owner'>> {
  const length = numberOf(given['length'])
  const slug = textOf(given, 'slug')
  const title = textOf(given, 'title')
  return {
    ...(slug === undefined ? {} : { slug }),
    ...(title === undefined ? {} : { title }),
    ...(length === undefined ? {} : { length }),
    team: numberOf(given['team']) ?? null,
    seats: numberOf(given['seats']) ?? null,
    price: numberOf(given['price']) ?? 0,
    requiresConfirmation: given['requires_confirmation'] === true,
    recurrence: readRecurrence(given['recurrence']) ?? null,
  }
}

/** How often something recurs, weekly unless said otherwise. */
function readRecurrence(given: unknown): Recurrence | undefined {
  if (!isRecord(given)) return undefined
  return {
    freq: numberOf(given['freq']) ?? 2,
    interval: numberOf(given['interval']) ?? 1,
    count: numberOf(given['count']) ?? 1,
  }
}

function bodyOf(body: unknown): Record<string, unknown> {
  return isRecord(body) ? body : {}
}

function numberOf(given: unknown): number | undefined {
  return given === undefined || given === null ? undefined : Number(given)
}

function refuse(reply: FastifyReply, error: string, status = 400) {
  return reply.code(status).send({ error })
}
