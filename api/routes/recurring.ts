import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { conflictsWith } from '../../db/session-conflicts.ts'
import { listSessions } from '../../db/sessions.ts'
import { occurrencesOf } from '../../domain/recurrence.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { previewOf, ruleOf } from '../recurring.ts'
import type { RestDeps } from '../deps.ts'
import { EVERYBODY } from '../roles.ts'
import { Problem } from '../schemas.ts'
import { Preview, PreviewWish, SeriesAnswer, seriesOf, SeriesWish } from '../series-schemas.ts'
import { makeSeries, payerOf } from '../session-series.ts'

/** Series of sessions: what they would be, and making them. */
export const recurringRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, deps) => {
  const { database } = deps
  const config = { roles: EVERYBODY }
  const tags = ['sessions']

  scope.post(
    '/api/sessions/recurring/preview',
    {
      config,
      schema: {
        tags,
        summary: 'The dates a series would have, and whether its package can pay; makes nothing',
        body: PreviewWish,
        response: { 200: Preview, '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      return database.withTenant(caller.organizationId, async (tx) => {
        const payer = await payerOf(tx, caller, request.body)
        const { clientId, hostUserId } = request.body
        const rule = ruleOf(request.body, payer.session_minutes)
        const now = Date.now()
        const dates = occurrencesOf(rule, now)
        const conflicts = await conflictsWith(tx, { clientId, hostUserId, dates })
        return previewOf(rule, payer, { dates, conflicts, now })
      })
    },
  )

  scope.post(
    '/api/sessions/recurring',
    {
      config,
      schema: {
        tags,
        summary: 'Make all sessions of a series and spend their credits, or none',
        description: '202 where it is not made yet: ask for the series again. One key, one series.',
        body: SeriesWish,
        response: { 201: SeriesAnswer, 202: SeriesAnswer, '4xx': Problem },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const series = await makeSeries(deps, caller, request.body)
      const { items } = await database.withTenant(caller.organizationId, (tx) =>
        listSessions(tx, viewerOf(caller), { seriesId: series.id, limit: request.body.count }),
      )
      const sessions = items.toSorted((a, b) => (a.start_at < b.start_at ? -1 : 1))
      const status = series.status === 'creating' ? 202 : 201
      return reply.code(status).send({ series: seriesOf(series), sessions })
    },
  )
}
