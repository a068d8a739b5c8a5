import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { listAudit } from '../../db/audit.ts'
import { AuditEntry } from '../admin-schemas.ts'
import { callerOf } from '../auth.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import type { RestDeps } from '../deps.ts'
import { ADMINS } from '../roles.ts'
import { PageOf, PageQuery, Problem } from '../schemas.ts'

/** Who did what, newest first; for admins. */
export const auditRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, { database }) => {
  scope.get(
    '/api/audit',
    {
      config: { roles: ADMINS },
      schema: {
        tags: ['audit'],
        querystring: PageQuery,
        response: { 200: PageOf(AuditEntry), '4xx': Problem },
      },
    },
    async (request) => {
      const query = pageQueryOf(request.query)
      const { items, nextCursor } = await database.withTenant(
        callerOf(request).organizationId,
        (tx) => listAudit(tx, query),
      )
      return pageOf({
        items: items.map((entry) => ({ ...entry, detail: detailOf(entry.detail) })),
        nextCursor,
      })
    },
  )
}

/** Each action notes facts of its own: told as names and values, so that the contract is closed. */
const detailOf = (detail: object): { name: string; value: string }[] =>
  Object.entries(detail).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }))
