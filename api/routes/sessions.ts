import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { recordAudit } from '../../db/audit.ts'
import { cancelSession, listSessions, readSession } from '../../db/sessions.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { EVERYBODY } from '../roles.ts'
import { IdParams, PageOf, Problem } from '../schemas.ts'
import { CallOffWish, Session, SessionQuery } from '../session-schemas.ts'

/** Sessions, as far as the caller may see them. */
export const sessionRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, { database }) => {
  const config = { roles: EVERYBODY }
  const tags = ['sessions']

  scope.get(
    '/api/sessions',
    {
      config,
      schema: {
        tags,
        querystring: SessionQuery,
        response: { 200: PageOf(Session), '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { clientId, seriesId, status } = request.query
      const query = { ...pageQueryOf(request.query), clientId, seriesId, status }
      return pageOf(
        await database.withTenant(caller.organizationId, (tx) =>
          listSessions(tx, viewerOf(caller), query),
        ),
      )
    },
  )

  scope.get(
    '/api/sessions/:id',
    { config, schema: { tags, params: IdParams, response: { 200: Session, '4xx': Problem } } },
    async (request) => {
      const caller = callerOf(request)
      const found = await database.withTenant(caller.organizationId, (tx) =>
        readSession(tx, viewerOf(caller), request.params.id),
      )
      if (found === undefined) throw new HttpProblem('not-found', NOT_YOURS)
      return found
    },
  )

  scope.post(
    '/api/sessions/:id/cancel',
    {
      config,
      schema: {
        tags,
        summary: 'Call off one session of ours; early enough, its credit comes back',
        params: IdParams,
        body: CallOffWish,
        response: { 200: Session, '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { userId: actorUserId, name: by } = caller
      const { reason = null } = request.body
      return database.withTenant(caller.organizationId, async (tx) => {
        const seen = await readSession(tx, viewerOf(caller), request.params.id)
        if (seen === undefined) throw new HttpProblem('not-found', NOT_YOURS)
        const { id, client_id: clientId } = seen
        const end = await cancelSession(tx, { id, clientId, actorUserId, by, reason })
        if ('refusal' in end) throw new HttpProblem('conflict', end.refusal)
        await recordAudit(tx, { actorUserId, action: 'session.cancel', subject: `session/${id}` })
        return end.row
      })
    },
  )
}

const NOT_YOURS = 'No such session, or not yours.'
