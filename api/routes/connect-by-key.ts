import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROVIDER_NAMES } from '../../domain/provider-name.ts'
import { callerOf } from '../auth.ts'
import { connectByHand, connectByKey } from '../key-connecting.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { STAFF } from '../roles.ts'
import { Nullable, Problem, Text } from '../schemas.ts'

const KeyWish = Type.Object(
  {
    apiKey: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{8,500}$' })),
    webhookOnly: Type.Optional(Type.Literal(true)),
    origin: Type.Optional(Type.String({ minLength: 4, maxLength: 255 })),
    scope: Type.Optional(Type.Union([Type.Literal('user'), Type.Literal('organization')])),
    purpose: Type.Optional(Type.Union([Type.Literal('sessions'), Type.Literal('prospects')])),
  },
  { additionalProperties: false },
)

const Connected = Type.Object({
  attemptId: Text,
  integrationId: Nullable(Text),
  outcome: Nullable(Text),
  reason: Nullable(Text),
  nextStep: Nullable(Text),
  /** What to enter at the provider; the secret is shown this once. */
  webhook: Nullable(Type.Object({ subscriberUrl: Text, secret: Text, events: Type.Array(Text) })),
})

/** Connecting an account with a key, or without any access by a webhook made by hand. */
export const connectByKeyRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, deps) => {
  for (const name of PROVIDER_NAMES) {
    const provider = deps.providers[name]
    if (provider?.keys === undefined) continue
    scope.post(
      `/api/integrations/${name}/connect`,
      {
        // A repeated request must not find the secret: it is kept sealed and with who asked.
        config: { roles: STAFF, shownOnce: 'webhook' },
        schema: {
          tags: ['integrations'],
          summary: 'Connect by an API key, or by a webhook that you make by hand (webhookOnly)',
          body: KeyWish,
          response: { 200: Connected, 202: Connected, '4xx': Problem },
        },
      },
      async (request, reply) => {
        const caller = callerOf(request)
        const { apiKey, webhookOnly, origin, scope: wanted = 'user', purpose } = request.body
        if (wanted === 'organization' && caller.role !== 'admin')
          throw new HttpProblem('forbidden', 'Only an admin connects for the whole organization.')
        if ((apiKey === undefined) === (webhookOnly === undefined))
          throw new HttpProblem('bad-request', 'Give either apiKey or webhookOnly.')
        const wish = { provider, caller, scope: wanted, purpose: purpose ?? null }
        const answer =
          apiKey === undefined
            ? await connectByHand(deps, wish)
            : await connectByKey(deps, { ...wish, apiKey, origin })
        return reply.code(answer.outcome === null ? 202 : 200).send(answer)
      },
    )
  }
}
