import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { recordAudit } from '../../db/audit.ts'
import { dropParked, listParked, retryParked } from '../../db/parked.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { STAFF } from '../roles.ts'
import { IdParams, Nothing, PageOf, PageQuery, ParkedItem, Problem } from '../schemas.ts'

/** What waits for a missing fact: look, try again, or give up. */
export const parkedRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, deps) => {
  const { database, gateway } = deps
  const config = { roles: STAFF }
  const tags = ['parked']

  scope.get(
    '/api/parked',
    {
      config,
      schema: {
        tags,
        querystring: PageQuery,
        response: { 200: PageOf(ParkedItem), '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const query = pageQueryOf(request.query)
      return pageOf(
        await database.withTenant(caller.organizationId, (tx) =>
          listParked(tx, viewerOf(caller), query),
        ),
      )
    },
  )

  scope.post(
    '/api/parked/:id/retry',
    { config, schema: { tags, params: IdParams, body: Nothing, response: ANSWERS } },
    async (request, reply) => {
      const caller = callerOf(request)
      const { organizationId } = caller
      const { eventId, provider } = await database.withTenant(organizationId, async (tx) => {
        const retried = await retryParked(tx, viewerOf(caller), request.params.id)
        if (retried === undefined) throw new HttpProblem('not-found', NOT_YOURS)
        await recordAudit(tx, {
          actorUserId: caller.userId,
          action: 'parked.retry',
          subject: `event/${retried.eventId}`,
        })
        return retried
      })
      await gateway.reserveEvent()?.start({ organizationId, eventId }, { provider })
      return reply.code(202).send({ event_id: eventId, resolution: null })
    },
  )

  scope.post(
    '/api/parked/:id/drop',
    { config, schema: { tags, params: IdParams, body: Nothing, response: ANSWERS } },
    async (request) => {
      const caller = callerOf(request)
      return database.withTenant(caller.organizationId, async (tx) => {
        const dropped = await dropParked(tx, viewerOf(caller), request.params.id)
        if (dropped === undefined) throw new HttpProblem('not-found', NOT_YOURS)
        await recordAudit(tx, {
          actorUserId: caller.userId,
          action: 'parked.drop',
          subject: `event/${dropped.eventId}`,
        })
        return { event_id: dropped.eventId, resolution: 'dropped' }
      })
    },
  )
}

const NOT_YOURS = 'No such parked item, or not yours.'

const Answer = Type.Object({
  event_id: Type.String(),
  resolution: Type.Union([Type.String(), Type.Null()]),
})
const ANSWERS = { 200: Answer, 202: Answer, '4xx': Problem }
