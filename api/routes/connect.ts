import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { recordAudit } from '../../db/audit.ts'
import { endExpired, readOperation } from '../../db/operations.ts'
import { callerOf } from '../auth.ts'
import { askConsent } from '../consent.ts'
import { attemptOf } from '../operation-answers.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { STAFF } from '../roles.ts'
import { Attempt, IdParams, Problem } from '../schemas.ts'

/** Connecting an account: the wish, and what came of it. */
export const connectRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, deps) => {
  const { database, urls } = deps

  scope.post(
    '/api/integrations/calendly/connect',
    {
      config: { roles: STAFF },
      schema: {
        tags: ['integrations'],
        summary: 'Ask to connect a Calendly account; open authorizeUrl in a popup',
        body: Type.Object(
          {
            scope: Type.Optional(Type.Union([Type.Literal('user'), Type.Literal('organization')])),
            loginHint: Type.Optional(Type.String({ minLength: 3, maxLength: 320 })),
          },
          { additionalProperties: false },
        ),
        response: {
          201: Type.Object({ attemptId: Type.String(), authorizeUrl: Type.String() }),
          '4xx': Problem,
        },
      },
    },
    async (request, reply) => {
      const { organizationId, userId, role } = callerOf(request)
      const { scope: wanted = 'user', loginHint } = request.body
      if (wanted === 'organization' && role !== 'admin')
        throw new HttpProblem('forbidden', 'Only an admin connects for the whole organization.')
      const consent = await database.withTenant(organizationId, async (tx) => {
        const asked = await askConsent(tx, urls, {
          provider: 'calendly',
          scope: wanted,
          userId,
          loginHint,
        })
        await recordAudit(tx, {
          actorUserId: userId,
          action: 'integration.connect',
          subject: `operation/${asked.attemptId}`,
          detail: { provider: 'calendly', scope: wanted },
        })
        return asked
      })
      return reply.code(201).send(consent)
    },
  )

  scope.get(
    '/api/connect-attempts/:id',
    {
      config: { roles: STAFF },
      schema: {
        tags: ['integrations'],
        summary: 'How far an attempt has come, and its outcome',
        params: IdParams,
        response: { 200: Attempt, '4xx': Problem },
      },
    },
    async (request) => {
      const { organizationId, userId, seesAll } = callerOf(request)
      const { id } = request.params
      const operation = await database.withTenant(organizationId, async (tx) => {
        await endExpired(tx, id)
        return readOperation(tx, id)
      })
      if (operation === undefined || (!seesAll && operation.userId !== userId))
        throw new HttpProblem('not-found', 'No such attempt, or not yours.')
      return attemptOf(operation)
    },
  )
}
