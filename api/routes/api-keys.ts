import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { createApiKey, listApiKeys, revokeApiKey } from '../../db/api-keys.ts'
import { recordAudit } from '../../db/audit.ts'
import { newId } from '../../db/ids.ts'
import { ApiKey, ApiKeyWish, NewApiKey } from '../admin-schemas.ts'
import { callerOf } from '../auth.ts'
import { hashOf, randomText } from '../browser-binding.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { ADMINS } from '../roles.ts'
import { IdParams, PageOf, Problem } from '../schemas.ts'

/** Says whose key it is to whoever finds one; the rest is 256 random bits. */
const MARK = 'rv_'
/** Enough to recognise a key, far too little to guess it. */
const PREFIX_LENGTH = MARK.length + 6

/** Keys for programs: an admin makes them, sees that they exist, and ends them. */
export const apiKeyRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, { database }) => {
  const config = { roles: ADMINS }
  const tags = ['api keys']

  scope.get(
    '/api/api-keys',
    { config, schema: { tags, response: { 200: PageOf(ApiKey), '4xx': Problem } } },
    async (request) => {
      const rows = await database.withTenant(callerOf(request).organizationId, listApiKeys)
      const items = rows.map((row) => ({
        ...row,
        created_at: row.created_at.toISOString(),
        last_used_at: row.last_used_at?.toISOString() ?? null,
        revoked_at: row.revoked_at?.toISOString() ?? null,
      }))
      return { items, next_cursor: null }
    },
  )

  scope.post(
    '/api/api-keys',
    {
      // A repeated request must not find the key: it is kept nowhere but with who asked.
      config: { ...config, shownOnce: 'key' },
      schema: {
        tags,
        summary: 'Make a key; this answer is the only one that shows it',
        body: ApiKeyWish,
        response: { 201: NewApiKey, '4xx': Problem },
      },
    },
    async (request, reply) => {
      const { organizationId, userId } = callerOf(request)
      const { name, role } = request.body
      const key = `${MARK}${randomText()}`
      const shown = { id: newId(), name, role, prefix: key.slice(0, PREFIX_LENGTH) }
      await database.withTenant(organizationId, async (tx) => {
        await createApiKey(tx, { ...shown, hash: hashOf(key), userId })
        await recordAudit(tx, {
          actorUserId: userId,
          action: 'api-key.create',
          subject: `api-key/${shown.id}`,
          detail: { prefix: shown.prefix, role },
        })
      })
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...shown, key })
    },
  )

  scope.delete(
    '/api/api-keys/:id',
    {
      config,
      schema: {
        tags,
        summary: 'End a key: the next request with it is refused',
        params: IdParams,
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async (request, reply) => {
      const { organizationId, userId } = callerOf(request)
      const { id } = request.params
      await database.withTenant(organizationId, async (tx) => {
        if (!(await revokeApiKey(tx, id)))
          throw new HttpProblem('not-found', 'No such key, or it has ended already.')
        await recordAudit(tx, {
          actorUserId: userId,
          action: 'api-key.revoke',
          subject: `api-key/${id}`,
        })
      })
      return reply.code(204).send(null)
    },
  )
}
