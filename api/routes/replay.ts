import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { recordAudit } from '../../db/audit.ts'
import { readEvent, receiveAgain } from '../../db/inbound-events.ts'
import { ReplayAnswer } from '../admin-schemas.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { HttpProblem } from '../problems.ts'
import { previewReplay } from '../replay-preview.ts'
import { REPLAYABLE } from '../replayable.ts'
import type { RestDeps } from '../deps.ts'
import { STAFF } from '../roles.ts'
import { IdParams, Nothing, Problem } from '../schemas.ts'

/** An event handled once more, through the same effect: done already, it changes nothing. */
export const replayRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, deps) => {
  const { database, gateway } = deps

  scope.post(
    '/api/events/:id/replay',
    {
      config: { roles: STAFF },
      schema: {
        tags: ['events'],
        summary: 'Handle an event again; dry_run=true only tells what would change',
        params: IdParams,
        querystring: Type.Object({ dry_run: Type.Optional(Type.Boolean()) }),
        body: Nothing,
        response: { 200: ReplayAnswer, 202: ReplayAnswer, '4xx': Problem },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { organizationId, userId } = caller
      const eventId = request.params.id
      const isDry = request.query.dry_run === true
      const provider = await database.withTenant(organizationId, async (tx) => {
        const event = await readEvent(tx, viewerOf(caller), eventId)
        if (event === undefined) throw new HttpProblem('not-found', 'No such event, or not yours.')
        if (isDry) return event.provider
        if (!(await receiveAgain(tx, { eventId, from: REPLAYABLE })))
          throw new HttpProblem('conflict', `${event.status}: it can not be replayed now.`)
        await recordAudit(tx, {
          actorUserId: userId,
          action: 'event.replay',
          subject: `event/${eventId}`,
          detail: { from: event.status },
        })
        return event.provider
      })
      if (isDry) {
        const preview = await previewReplay(deps, caller, eventId)
        return reply.code(200).send({ event_id: eventId, dry_run: true, ...preview })
      }
      await gateway.reserveEvent()?.start({ organizationId, eventId }, { provider })
      return reply
        .code(202)
        .send({ event_id: eventId, dry_run: false, status: 'received', reason: null, changes: [] })
    },
  )
}
