import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { listRejections } from '../../db/rejections.ts'
import { RefusedDeliveries } from '../admin-schemas.ts'
import { callerOf } from '../auth.ts'
import { wordsForRejection } from '../ingress/rejection-words.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import type { RestDeps } from '../deps.ts'
import { ADMINS } from '../roles.ts'
import { PageOf, PageQuery, Problem } from '../schemas.ts'

/** What the webhook door refused at the endpoints of an organization: counts, never contents. */
export const rejectionRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, { database }) => {
  scope.get(
    '/api/rejections',
    {
      config: { roles: ADMINS },
      schema: {
        tags: ['events'],
        querystring: PageQuery,
        response: { 200: PageOf(RefusedDeliveries), '4xx': Problem },
      },
    },
    async (request) => {
      const query = pageQueryOf(request.query)
      const { items, nextCursor } = await database.withTenant(
        callerOf(request).organizationId,
        (tx) => listRejections(tx, query),
      )
      return pageOf({
        items: items.map(({ reasons, ...item }) => ({ ...item, refused: refusedOf(reasons) })),
        nextCursor,
      })
    },
  )
}

/** Alarms first, then by number. */
const refusedOf = (reasons: Readonly<Record<string, number>>) =>
  Object.entries(reasons)
    .map(([reason, count]) => {
      const { isAlarm, meaning } = wordsForRejection(reason)
      return { reason, count, is_alarm: isAlarm, meaning }
    })
    .toSorted((a, b) => Number(b.is_alarm) - Number(a.is_alarm) || b.count - a.count)
