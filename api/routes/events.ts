import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { listEvents, readEvent } from '../../db/inbound-events.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { STAFF } from '../roles.ts'
import { Id, IdParams, InboundEvent, PageOf, PageQuery, Problem } from '../schemas.ts'

const STATUSES = ['received', 'held', 'processed', 'quarantined', 'parked', 'dropped'] as const

const EventQuery = Type.Object({
  ...PageQuery.properties,
  status: Type.Optional(Type.Union(STATUSES.map((status) => Type.Literal(status)))),
  integration_id: Type.Optional(Id),
})

/** What came in and what became of it, without the bodies. */
export const eventRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, { database }) => {
  const config = { roles: STAFF }
  const tags = ['events']

  scope.get(
    '/api/events',
    {
      config,
      schema: {
        tags,
        querystring: EventQuery,
        response: { 200: PageOf(InboundEvent), '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { status, integration_id: integrationId } = request.query
      const query = { ...pageQueryOf(request.query), status, integrationId }
      return pageOf(
        await database.withTenant(caller.organizationId, (tx) =>
          listEvents(tx, viewerOf(caller), query),
        ),
      )
    },
  )

  scope.get(
    '/api/events/:id',
    { config, schema: { tags, params: IdParams, response: { 200: InboundEvent, '4xx': Problem } } },
    async (request) => {
      const caller = callerOf(request)
      const found = await database.withTenant(caller.organizationId, (tx) =>
        readEvent(tx, viewerOf(caller), request.params.id),
      )
      if (found === undefined) throw new HttpProblem('not-found', 'No such event, or not yours.')
      return found
    },
  )
}
