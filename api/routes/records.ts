import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { listMeetings, readMeeting } from '../../db/meetings.ts'
import { listProspects, readProspect } from '../../db/prospects.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { STAFF } from '../roles.ts'
import { IdParams, Meeting, PageOf, PageQuery, Problem, Prospect } from '../schemas.ts'

const ProspectQuery = Type.Object({
  ...PageQuery.properties,
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
})

/** The people who booked and what they booked, as far as the caller may see them. */
export const recordRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, { database }) => {
  const config = { roles: STAFF }

  scope.get(
    '/api/prospects',
    {
      config,
      schema: {
        tags: ['prospects'],
        querystring: ProspectQuery,
        response: { 200: PageOf(Prospect), '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const query = { ...pageQueryOf(request.query), q: request.query.q }
      return pageOf(
        await database.withTenant(caller.organizationId, (tx) =>
          listProspects(tx, viewerOf(caller), query),
        ),
      )
    },
  )

  scope.get(
    '/api/prospects/:id',
    {
      config,
      schema: {
        tags: ['prospects'],
        params: IdParams,
        response: { 200: Prospect, '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const found = await database.withTenant(caller.organizationId, (tx) =>
        readProspect(tx, viewerOf(caller), request.params.id),
      )
      if (found === undefined) throw new HttpProblem('not-found', 'No such prospect, or not yours.')
      return found
    },
  )

  scope.get(
    '/api/meetings',
    {
      config,
      schema: {
        tags: ['meetings'],
        querystring: PageQuery,
        response: { 200: PageOf(Meeting), '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const query = pageQueryOf(request.query)
      return pageOf(
        await database.withTenant(caller.organizationId, (tx) =>
          listMeetings(tx, viewerOf(caller), query),
        ),
      )
    },
  )

  scope.get(
    '/api/meetings/:id',
    {
      config,
      schema: { tags: ['meetings'], params: IdParams, response: { 200: Meeting, '4xx': Problem } },
    },
    async (request) => {
      const caller = callerOf(request)
      const found = await database.withTenant(caller.organizationId, (tx) =>
        readMeeting(tx, viewerOf(caller), request.params.id),
      )
      if (found === undefined) throw new HttpProblem('not-found', 'No such meeting, or not yours.')
      return found
    },
  )
}
