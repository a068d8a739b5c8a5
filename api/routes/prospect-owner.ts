import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { recordAudit } from '../../db/audit.ts'
import { readUser } from '../../db/organizations.ts'
import { setProspectOwner } from '../../db/prospects.ts'
import { callerOf } from '../auth.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { ADMINS } from '../roles.ts'
import { Id, IdParams, Problem, Prospect } from '../schemas.ts'

/** An admin gives a prospect to somebody by hand; no later booking takes it away. */
export const prospectOwnerRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (
  scope,
  { database },
) => {
  scope.patch(
    '/api/prospects/:id',
    {
      config: { roles: ADMINS },
      schema: {
        tags: ['prospects'],
        summary: 'Give a prospect to a colleague, or to nobody',
        params: IdParams,
        body: Type.Object(
          { owner_user_id: Type.Union([Id, Type.Null()]) },
          { additionalProperties: false },
        ),
        response: { 200: Prospect, '4xx': Problem },
      },
    },
    async (request) => {
      const { organizationId, userId } = callerOf(request)
      const { id } = request.params
      const { owner_user_id: ownerUserId } = request.body
      return database.withTenant(organizationId, async (tx) => {
        const owner = ownerUserId === null ? null : await readUser(tx, ownerUserId)
        if (owner === undefined || owner?.role === 'client')
          throw new HttpProblem('invalid-input', 'owner_user_id is none of your colleagues.')
        const changed = await setProspectOwner(tx, { id, ownerUserId })
        if (changed === undefined) throw new HttpProblem('not-found', 'No such prospect.')
        await recordAudit(tx, {
          actorUserId: userId,
          action: 'prospect.assign',
          subject: `prospect/${id}`,
          detail: { owner_user_id: ownerUserId },
        })
        return changed
      })
    },
  )
}
