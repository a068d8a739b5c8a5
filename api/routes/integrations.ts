import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { readCircumstances } from '../../db/circumstances.ts'
import { debtsOf } from '../../db/debts.ts'
import { listIntegrations, showIntegration } from '../../db/integrations.ts'
import { countLate } from '../../db/subscriptions.ts'
import type { OwnerHint } from '../../domain/owner-state.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { explanationJson } from '../explanation.ts'
import { Explanation } from '../explanation-schema.ts'
import { operate } from '../operate.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { STAFF } from '../roles.ts'
import {
  IdParams,
  Integration,
  Nothing,
  OperationAnswer,
  PageOf,
  PageQuery,
  Problem,
} from '../schemas.ts'

const OPERATIONS = ['reconnect', 'disconnect', 'pause', 'resume'] as const
const HINTS = ['reconcile', 'sync', 'refresh'] as const satisfies readonly OwnerHint[]

/** Integrations as people see and steer them. Somebody else's is answered like one that isn't. */
export const integrationRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, deps) => {
  const { database, gateway, options } = deps
  const config = { roles: STAFF }
  const tags = ['integrations']

  scope.get(
    '/api/integrations',
    {
      config,
      schema: {
        tags,
        querystring: PageQuery,
        response: { 200: PageOf(Integration), '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const query = pageQueryOf(request.query)
      return pageOf(
        await database.withTenant(caller.organizationId, (tx) =>
          listIntegrations(tx, viewerOf(caller), query),
        ),
      )
    },
  )

  scope.get(
    '/api/integrations/:id',
    { config, schema: { tags, params: IdParams, response: { 200: Integration, '4xx': Problem } } },
    async (request) => {
      const caller = callerOf(request)
      const found = await database.withTenant(caller.organizationId, (tx) =>
        showIntegration(tx, viewerOf(caller), request.params.id),
      )
      if (found === undefined) throw new HttpProblem('not-found', NOT_YOURS)
      return found
    },
  )

  scope.get(
    '/api/integrations/:id/explain',
    { config, schema: { tags, params: IdParams, response: { 200: Explanation, '4xx': Problem } } },
    async (request) => {
      const caller = callerOf(request)
      const { id } = request.params
      const found = await database.withTenant(caller.organizationId, async (tx) => {
        const integration = await showIntegration(tx, viewerOf(caller), id)
        if (integration === undefined) throw new HttpProblem('not-found', NOT_YOURS)
        return {
          integration,
          debts: await debtsOf(tx, id),
          droppedLate: await countLate(tx, id),
          circumstances: await readCircumstances(tx, id),
        }
      })
      const owner = await gateway.explain(id)
      const { apiUrl } = deps.urls
      return explanationJson({ ...found, owner, apiUrl, temporalUiUrl: options?.temporalUiUrl })
    },
  )

  for (const kind of OPERATIONS)
    scope.post(
      `/api/integrations/:id/${kind}`,
      {
        config,
        schema: {
          tags,
          summary: `${kind}: answers the outcome, or 202 while it is in progress`,
          params: IdParams,
          body: Nothing,
          response: { 200: OperationAnswer, 202: OperationAnswer, '4xx': Problem },
        },
      },
      async (request, reply) => {
        const answer = await operate(deps, callerOf(request), {
          kind,
          integrationId: request.params.id,
        })
        return reply.code(answer.outcome === null ? 202 : 200).send(answer)
      },
    )

  for (const hint of HINTS)
    scope.post(
      `/api/integrations/:id/${hint}`,
      {
        config,
        schema: {
          tags,
          summary: `Ask for a ${hint} now`,
          params: IdParams,
          body: Nothing,
          response: { 202: Type.Object({ asked: Type.String() }), '4xx': Problem },
        },
      },
      async (request, reply) => {
        const caller = callerOf(request)
        const { organizationId } = caller
        const integrationId = request.params.id
        const found = await database.withTenant(organizationId, (tx) =>
          showIntegration(tx, viewerOf(caller), integrationId),
        )
        if (found === undefined) throw new HttpProblem('not-found', NOT_YOURS)
        if (found.status === 'disconnected')
          throw new HttpProblem('conflict', 'It is disconnected: connect it first.')
        const { provider } = found
        await gateway.nudge({ organizationId, integrationId, provider, hint })
        return reply.code(202).send({ asked: hint })
      },
    )
}

const NOT_YOURS = 'No such integration, or not yours.'
