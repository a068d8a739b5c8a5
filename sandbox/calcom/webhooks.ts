import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Calcom } from './context.ts'
import type { Caller, Gate } from './gate.ts'
import { readHook } from './hook-rules.ts'
import { createHook, findHook, hookObject, hooksOf } from './hooks.ts'
import { readWindow } from './paging.ts'
import { problem } from './problems.ts'
import type { Hook, HookScope } from './world.ts'

interface Place {
  path: string
  scope: HookScope
  /** How the conflict names the owner. */
  word: string
  /** The owner whose hooks these are; throws when the caller may not touch them. */
  ownerOf: (request: FastifyRequest, caller: Caller) => string
}

/** The hooks of a user, an event type, an organization and a platform client. */
export function registerWebhooks(app: FastifyInstance, deps: { calcom: Calcom; gate: Gate }): void {
  const { calcom } = deps

  registerPlace(app, deps, {
    path: '/webhooks',
    scope: 'user',
    word: 'user',
    ownerOf: (_request, { user }) => String(user.id),
  })

  registerPlace(app, deps, {
    path: '/event-types/:eventTypeId/webhooks',
    scope: 'event-type',
    word: 'event type',
    ownerOf(request, { user }) {
      const { eventTypeId } = request.params as { eventTypeId: string }
      const eventType = calcom.world.eventTypes.get(eventTypeId)
      if (eventType === undefined) throw problem(404, `Event type (${eventTypeId}) not found`)
      if (eventType.owner !== user.id) throw problem(403, 'Forbidden resource')
      return eventTypeId
    },
  })

  registerPlace(app, deps, {
    path: '/organizations/:orgId/webhooks',
    scope: 'organization',
    word: 'organization',
    ownerOf(request, { user }) {
      const { orgId } = request.params as { orgId: string }
      if (user.organization !== Number(orgId) || !user.isAdmin) {
        throw problem(403, 'Forbidden resource')
      }
      return orgId
    },
  })

  registerPlace(app, deps, {
    path: '/oauth-clients/:clientId/webhooks',
    scope: 'oauth-client',
    word: 'OAuth client',
    ownerOf(_request, { client }) {
      if (client === null) throw problem(403, 'Forbidden resource')
      return client.id
    },
  })
}

function registerPlace(
  app: FastifyInstance,
  { calcom, gate }: { calcom: Calcom; gate: Gate },
  { path, scope, word, ownerOf }: Place,
): void {
  const guarded = { preHandler: gate.open }
  const owner = (request: FastifyRequest) => ownerOf(request, gate.callerOf(request))

  function hookOf(request: FastifyRequest): Hook {
    const { webhookId } = request.params as { webhookId: string }
    const mine = owner(request)
    const hook = findHook(calcom, webhookId)
    if (hook === undefined) throw problem(404, `Webhook (${webhookId}) not found`)
    if (hook.scope !== scope || hook.owner !== mine) throw problem(403, 'Forbidden resource')
    return hook
  }

  app.get(path, guarded, async (request) => {
    const { take, skip } = readWindow(request.query, { usual: 250, most: 250 })
    const hooks = hooksOf(calcom, scope, owner(request)).slice(skip, skip + take)
    return success(hooks.map((hook) => hookObject(calcom, hook)))
  })

  app.post(path, guarded, async (request, reply) => {
    const mine = owner(request)
    const wishes = readHook(calcom, { body: request.body, scope, isUpdate: false })
    const isTaken = hooksOf(calcom, scope, mine).some(
      ({ subscriberUrl }) => subscriberUrl === wishes.subscriberUrl,
    )
    if (isTaken) {
      throw problem(409, `Webhook with this subscriber url already exists for this ${word}`)
    }
    const hook = createHook(calcom, { ...wishes, scope, owner: mine })
    return reply.code(201).send(success(hookObject(calcom, hook)))
  })

  app.get(`${path}/:webhookId`, guarded, async (request) =>
    success(hookObject(calcom, hookOf(request))),
  )

  app.patch(`${path}/:webhookId`, guarded, async (request) => {
    const hook = hookOf(request)
    Object.assign(hook, readHook(calcom, { body: request.body, scope, isUpdate: true }))
    if (hook.secret === '') hook.secret = null
    calcom.world.hooks.put(hook)
    return success(hookObject(calcom, hook))
  })

  app.delete(`${path}/:webhookId`, guarded, async (request) => {
    const hook = hookOf(request)
    calcom.world.hooks.remove(hook.id)
    return success(hookObject(calcom, hook))
  })

  if (scope !== 'event-type' && scope !== 'oauth-client') return
  app.delete(path, guarded, async (request) => {
    const hooks = hooksOf(calcom, scope, owner(request))
    for (const { id } of hooks) calcom.world.hooks.remove(id)
    return success(`${hooks.length} webhooks deleted`)
  })
}

const success = (data: unknown) => ({ status: 'success', data })
