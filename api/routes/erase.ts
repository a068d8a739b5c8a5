import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { recordAudit } from '../../db/audit.ts'
import { erasePerson } from '../../db/erasing.ts'
import { callerOf } from '../auth.ts'
import { bookersIn } from '../delivered.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { ADMINS } from '../roles.ts'
import { Erasure } from '../admin-schemas.ts'
import { Problem } from '../schemas.ts'

/** Why an address is not erased, as the admin is told. */
const REFUSALS = {
  connected: 'This is the address of a connected account: disconnect it first.',
  colleague: 'This is the address of a colleague, not of somebody who booked.',
} as const

/** Removing a person from everything that is kept. */
export const eraseRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (
  scope,
  { database, providers },
) => {
  scope.post(
    '/api/erase',
    {
      config: { roles: ADMINS },
      schema: {
        tags: ['privacy'],
        summary: 'Remove a person everywhere, by e-mail; it can’t be undone',
        body: Type.Object(
          { email: Type.String({ minLength: 3, maxLength: 320, pattern: '^[^@\\s]+@[^@\\s]+$' }) },
          { additionalProperties: false },
        ),
        response: { 200: Erasure, '4xx': Problem },
      },
    },
    async (request) => {
      const { organizationId, userId } = callerOf(request)
      return database.withTenant(organizationId, async (tx) => {
        const erased = await erasePerson(tx, request.body.email, (stored) =>
          bookersIn(providers, stored),
        )
        if (typeof erased === 'string') throw new HttpProblem('conflict', REFUSALS[erased])
        // That somebody was erased is known for good; who it was is not.
        await recordAudit(tx, {
          actorUserId: userId,
          action: 'person.erase',
          subject: 'person',
          detail: { ...erased },
        })
        return erased
      })
    },
  )
}
