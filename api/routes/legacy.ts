import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { listIntegrations } from '../../db/integrations.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { handOverCode } from '../hand-over-code.ts'
import { attemptOf } from '../operation-answers.ts'
import { operate } from '../operate.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { STAFF } from '../roles.ts'
import { Attempt, Nothing, OperationAnswer, Problem } from '../schemas.ts'

/** What front ends of older systems call; it does what the present routes do. */
export const legacyRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, deps) => {
  scope.post(
    '/calendly/disconnect',
    {
      config: { roles: STAFF },
      schema: {
        tags: ['older front ends'],
        summary: "Disconnects the caller's own Calendly account",
        body: Nothing,
        response: { 200: OperationAnswer, 202: OperationAnswer, '4xx': Problem },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { items } = await deps.database.withTenant(caller.organizationId, (tx) =>
        listIntegrations(tx, { ...viewerOf(caller), seesAll: false }, { limit: 100 }),
      )
      const own = items.find(
        ({ provider, scope: kind }) => provider === 'calendly' && kind === 'user',
      )
      if (own === undefined) throw new HttpProblem('not-found', 'You have no Calendly integration.')
      const answer = await operate(deps, caller, { kind: 'disconnect', integrationId: own.id })
      return reply.code(answer.outcome === null ? 202 : 200).send(answer)
    },
  )

  scope.post(
    '/auth/calendly/callback',
    {
      config: { roles: STAFF },
      schema: {
        tags: ['older front ends'],
        summary: "Hands over a code that the provider's redirect brought to the front end",
        body: Type.Object(
          {
            code: Type.String({ pattern: '^[\\x21-\\x7e]{1,2000}$' }),
            state: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
            iss: Type.Optional(Type.String({ maxLength: 2000 })),
          },
          { additionalProperties: false },
        ),
        response: { 200: Attempt, 202: Attempt, '4xx': Problem },
      },
    },
    async (request, reply) => {
      const operation = await handOverCode(deps, callerOf(request), request.body)
      return reply.code(operation.outcome === null ? 202 : 200).send(attemptOf(operation))
    },
  )
}
