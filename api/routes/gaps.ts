import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { listGaps } from '../../db/gap-lists.ts'
import { DOUBTS, type DoubtReason } from '../../domain/doubt.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import type { RestDeps } from '../deps.ts'
import { STAFF } from '../roles.ts'
import { Id, Nullable, PageOf, PageQuery, Problem, Text, Time } from '../schemas.ts'

/** The ledger of doubtful delivery: when it began and ended, and what the closing sync counted. */
export const gapRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, { database }) => {
  scope.get(
    '/api/gaps',
    {
      config: { roles: STAFF },
      schema: {
        tags: ['integrations'],
        summary: 'Intervals in which deliveries may have been lost, newest first',
        querystring: GapQuery,
        response: { 200: PageOf(Gap), '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { integration_id: integrationId, ...query } = request.query
      return pageOf(
        await database.withTenant(caller.organizationId, (tx) =>
          listGaps(tx, viewerOf(caller), { ...pageQueryOf(query), integrationId }),
        ),
      )
    },
  )
}

const GapQuery = Type.Object({ ...PageQuery.properties, integration_id: Type.Optional(Id) })

const Gap = Type.Object({
  id: Text,
  integration_id: Text,
  reason: Type.Unsafe<DoubtReason>(Type.String({ enum: [...DOUBTS] })),
  opened_at: Time,
  ended_at: Nullable(Time),
  closed_at: Nullable(Time),
  provider_count: Nullable(Type.Integer()),
  own_count: Nullable(Type.Integer()),
  recovered: Nullable(Type.Integer()),
  sync_run_id: Nullable(Text),
})
