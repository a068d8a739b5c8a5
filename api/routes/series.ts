import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { recordAudit } from '../../db/audit.ts'
import { listSeries, readSeries } from '../../db/series-lists.ts'
import { cancelRest } from '../../db/sessions.ts'
import { NO_SUCH_SESSION, STILL_MADE } from '../../domain/session-words.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { EVERYBODY } from '../roles.ts'
import { IdParams, PageOf, Problem } from '../schemas.ts'
import { Series, SeriesAnswer, seriesOf } from '../series-schemas.ts'
import { CallOffRestWish, OfClientQuery } from '../session-schemas.ts'

/** Series of sessions: look, and call off what is still to come. */
export const seriesRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, { database }) => {
  const config = { roles: EVERYBODY }
  const tags = ['series']

  scope.get(
    '/api/series',
    {
      config,
      schema: {
        tags,
        querystring: OfClientQuery,
        response: { 200: PageOf(Series), '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const query = { ...pageQueryOf(request.query), clientId: request.query.clientId }
      const { items, nextCursor } = await database.withTenant(caller.organizationId, (tx) =>
        listSeries(tx, viewerOf(caller), query),
      )
      return pageOf({ items: items.map(seriesOf), nextCursor })
    },
  )

  scope.get(
    '/api/series/:id',
    { config, schema: { tags, params: IdParams, response: { 200: Series, '4xx': Problem } } },
    async (request) => {
      const caller = callerOf(request)
      const found = await database.withTenant(caller.organizationId, (tx) =>
        readSeries(tx, viewerOf(caller), request.params.id),
      )
      if (found === undefined) throw new HttpProblem('not-found', NOT_YOURS)
      return seriesOf(found)
    },
  )

  scope.post(
    '/api/series/:id/cancel',
    {
      config,
      schema: {
        tags,
        summary: 'Call off what is still to come, from one session on where one is named',
        description: 'Answers the sessions called off by this request.',
        params: IdParams,
        body: CallOffRestWish,
        response: { 200: SeriesAnswer, '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { userId: actorUserId, name: by } = caller
      const { id: seriesId } = request.params
      const { reason = null, fromSessionId } = request.body
      return database.withTenant(caller.organizationId, async (tx) => {
        const seen = await readSeries(tx, viewerOf(caller), seriesId)
        if (seen === undefined) throw new HttpProblem('not-found', NOT_YOURS)
        if (seen.status === 'creating') throw new HttpProblem('conflict', STILL_MADE)
        const callOff = { actorUserId, by, reason, fromSessionId }
        const gone = await cancelRest(tx, { seriesId, clientId: seen.client_id, ...callOff })
        if (gone === undefined) throw new HttpProblem('invalid-input', NO_SUCH_SESSION)
        await recordAudit(tx, {
          actorUserId,
          action: 'series.cancel',
          subject: `series/${seriesId}`,
          detail: { sessions: gone.length },
        })
        const after = (await readSeries(tx, viewerOf(caller), seriesId)) ?? seen
        return { series: seriesOf(after), sessions: gone }
      })
    },
  )
}

const NOT_YOURS = 'No such series, or not yours.'
