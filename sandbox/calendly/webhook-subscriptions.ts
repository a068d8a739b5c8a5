import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { stamp } from '../clock.ts'
import { textOf } from '../json.ts'
import type { Calendly } from './context.ts'
import { idOf, uriOf } from './context.ts'
import type { Caller, Gate } from './gate.ts'
import { listHooks, reachHook, scopeOf } from './hook-access.ts'
import type { Hook } from './hook-rows.ts'
import { hookObject } from './objects.ts'
import { PAGE_PARAMETERS, pageOf, sortRows } from './paging.ts'
import { readParameters } from './parameters.ts'
import { invalidArgument } from './problems.ts'
import { checkFields, checkRights, checkUnique } from './subscription-rules.ts'

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
    const hook = reachHook(calendly, gate.callerOf(request), request.params)
    return { resource: hookObject(calendly, hook) }
  })

  app.delete('/webhook_subscriptions/:uuid', mayWrite, async (request, reply) => {
    const hook = reachHook(calendly, gate.callerOf(request), request.params)
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
    group: textOf(given, 'group'),
  }
  checkFields(calendly, wanted, caller)
  checkRights(calendly, wanted, caller)
  checkUnique(calendly, wanted)
  const now = stamp()
  const hook: Hook = {
    uuid: randomUUID(),
    url: wanted.url,
    events: wanted.events,
    scope: scopeOf(wanted.scope),
    organization: caller.user.organization,
    user: wanted.scope === 'user' ? caller.user.uuid : null,
    group: wanted.scope === 'group' ? idOf(wanted.group ?? '') : null,
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
