import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { stamp } from '../clock.ts'
import { textOf } from '../json.ts'
import type { Calendly } from './context.ts'
import { idOf, roleOf, uriOf } from './context.ts'
import type { Caller, Gate } from './gate.ts'
import { hookObject } from './objects.ts'
import { PAGE_PARAMETERS, pageOf, sortRows } from './paging.ts'
import { readParameters } from './parameters.ts'
import { invalidArgument, notFound, permissionDenied } from './problems.ts'
import { checkFields, checkRights, checkUnique } from './subscription-rules.ts'
import type { Hook } from './world.ts'

/** Create, list, get and delete; there is no update and no re-enable. */
export function registerWebhookSubscriptions(
  app: FastifyInstance,
  { calendly, gate }: { calendly: Calendly; gate: Gate },
): void {
  const mayRead = { onRequest: gate.open('webhooks:read') }
  const mayWrite = { onRequest: gate.open('webhooks:write') }

  app.post('/webhook_subscriptions', mayWrite, async (request, reply) => {
    const hook = createHook(calendly, gate.callerOf(request), request.body)
    const resource = hookObject(calendly, hook)
    return reply.code(201).header('location', resource.uri).send({ resource })
  })

  app.get('/webhook_subscriptions', mayRead, async (request) => {
    const query = readParameters(request.query, {
      required: ['organization', 'scope'],
      optional: ['user', 'group', 'sort', ...PAGE_PARAMETERS],
    })
    const rows = listHooks(calendly, gate.callerOf(request), query)
    return pageOf({
      rows: sortRows(rows, {
        sort: query['sort'],
        field: 'created_at',
        key: (row) => row.createdAt,
      }),
      query,
      url: uriOf(calendly, 'webhook_subscriptions'),
      show: (row) => hookObject(calendly, row),
    })
  })

  app.get('/webhook_subscriptions/:uuid', mayRead, async (request) => {
    const hook = reach(calendly, gate.callerOf(request), request.params)
    return { resource: hookObject(calendly, hook) }
  })

  app.delete('/webhook_subscriptions/:uuid', mayWrite, async (request, reply) => {
    const hook = reach(calendly, gate.callerOf(request), request.params)
    calendly.world.hooks.remove(hook.uuid)
    return reply.code(204).send()
  })
}

function createHook(calendly: Calendly, caller: Caller, body: unknown): Hook {
  const given = readParameters(body, {
    required: ['url', 'events', 'organization', 'scope'],
    optional: ['user', 'group', 'signing_key'],
    texts: ['url', 'organization', 'scope', 'user', 'group', 'signing_key'],
  })
  if (!Array.isArray(given['events'])) {
    throw invalidArgument([{ parameter: 'events', message: 'must be an array' }])
  }
  const wanted = {
    url: textOf(given, 'url') ?? '',
    events: [...new Set(given['events'].map(String))],
    organization: textOf(given, 'organization') ?? '',
    scope: textOf(given, 'scope') ?? '',
    user: textOf(given, 'user'),
  }
  checkFields(calendly, wanted, caller)
  checkRights(calendly, wanted, caller)
  checkUnique(calendly, wanted)
  const now = stamp()
  const hook: Hook = {
    uuid: randomUUID(),
    url: wanted.url,
    events: wanted.events,
    scope: wanted.scope === 'user' ? 'user' : 'organization',
    organization: caller.user.organization,
    user: wanted.scope === 'user' ? caller.user.uuid : null,
    creator: caller.user.uuid,
    signingKey: textOf(given, 'signing_key') ?? null,
    ofApp: caller.grant.client !== 'personal',
    state: 'active',
    createdAt: now,
    updatedAt: now,
    retryStartedAt: null,
    lastSuccessAt: null,
    failingSince: null,
  }
  calendly.world.hooks.put(hook)
  return hook
}

function listHooks(calendly: Calendly, caller: Caller, query: Record<string, unknown>): Hook[] {
  const { scope } = query
  const organization = idOf(String(query['organization']))
  if (scope !== 'user' && scope !== 'organization' && scope !== 'group') {
    throw invalidArgument([{ parameter: 'scope', message: 'is not included in the list' }])
  }
  if (scope === 'group') throw notFound()
  if (scope === 'user' && query['user'] === undefined) {
    throw invalidArgument([{ parameter: 'user', message: 'is missing' }])
  }
  if (organization !== caller.user.organization) {
    throw permissionDenied('You do not have permission')
  }
  if (scope === 'user' && query['user'] !== caller.uri) throw permissionDenied('Unauthorized')
  if (scope === 'organization' && roleOf(calendly, caller.user) === 'user') {
    throw permissionDenied('You do not have permission to access this resource.')
  }
  return calendly.world.hooks
    .by('organization', organization)
    .filter((hook) => hook.scope === scope)
    .filter((hook) => scope === 'organization' || hook.user === caller.user.uuid)
}

function reach(calendly: Calendly, caller: Caller, params: unknown): Hook {
  const hook = calendly.world.hooks.get((params as { uuid: string }).uuid)
  if (hook === undefined) throw notFound()
  const isOwn = hook.user === caller.user.uuid || hook.creator === caller.user.uuid
  const isAdmin =
    hook.organization === caller.user.organization && roleOf(calendly, caller.user) !== 'user'
  if (!isOwn && !(isAdmin && hook.scope === 'organization')) {
    throw permissionDenied('You do not have permission to access this resource.')
  }
  return hook
}
