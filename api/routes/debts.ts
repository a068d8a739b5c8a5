import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { listDebts } from '../../db/debts.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { Debt } from '../explanation-schema.ts'
import { forget } from '../forget.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import type { RestDeps } from '../deps.ts'
import { STAFF } from '../roles.ts'
import { IdParams, Nothing, Nullable, PageOf, PageQuery, Problem } from '../schemas.ts'

/** What is still owed to providers after a disconnect, and forgetting it. */
export const debtRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, deps) => {
  const config = { roles: STAFF }

  scope.get(
    '/api/debts',
    {
      config,
      schema: {
        tags: ['integrations'],
        summary: 'What could not be removed at a provider yet; tried for 72 hours',
        querystring: PageQuery,
        response: { 200: PageOf(Debt), '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const query = pageQueryOf(request.query)
      return pageOf(
        await deps.database.withTenant(caller.organizationId, (tx) =>
          listDebts(tx, viewerOf(caller), query),
        ),
      )
    },
  )

  scope.post(
    '/api/integrations/:id/forget',
    {
      config,
      schema: {
        tags: ['integrations'],
        summary: 'Destroy what is kept to clean up at the provider; says what stays behind there',
        params: IdParams,
        body: Nothing,
        response: { 200: Forgotten, '4xx': Problem },
      },
    },
    async (request) => ({
      left_behind: [...(await forget(deps, callerOf(request), request.params.id))],
    }),
  )
}

const Forgotten = Type.Object({
  left_behind: Type.Array(
    Type.Object({ kind: Type.String(), remote_uri: Nullable(Type.String()) }),
  ),
})
