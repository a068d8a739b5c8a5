import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Identity } from '../auth.ts'
import { callerOf } from '../auth.ts'
import { askOwnerOfHooks, type HookAnswer } from '../hook-requests.ts'
import { HookList, HookSweepAnswer } from '../hook-schemas.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { ADMINS } from '../roles.ts'
import { Id, Problem } from '../schemas.ts'

const OfIntegration = Type.Object({ integration_id: Id }, { additionalProperties: false })

const Removal = Type.Object(
  {
    integration_id: Id,
    uri: Type.String({ minLength: 1, maxLength: 500 }),
    confirm: Type.Literal(true),
  },
  { additionalProperties: false },
)

/** The hooks that stand at a provider account, ours and others', for admins. */
export const hookRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, deps) => {
  const config = { roles: ADMINS }
  const tags = ['hooks']

  scope.get(
    '/api/hooks',
    {
      config,
      schema: {
        tags,
        summary: 'Every hook the provider lists for the account, and whose it is',
        querystring: OfIntegration,
        response: { 200: HookList, '4xx': Problem },
      },
    },
    async (request) => {
      const integrationId = request.query.integration_id
      const answer = await ask(callerOf(request), { integrationId, kind: 'list', remoteUri: null })
      if (answer === undefined)
        throw new HttpProblem('unavailable', 'The provider has not answered yet; try again.', {
          retryAfterSeconds: 5,
        })
      return { items: answer.hooks }
    },
  )

  scope.post(
    '/api/hooks/sweep',
    {
      config,
      schema: {
        tags,
        summary: 'Remove strays of ours; never the live hook, never one of somebody else',
        body: OfIntegration,
        response: { 200: HookSweepAnswer, 202: HookSweepAnswer, '4xx': Problem },
      },
    },
    async (request, reply) => {
      const integrationId = request.body.integration_id
      const answer = await ask(callerOf(request), { integrationId, kind: 'sweep', remoteUri: null })
      return reply.code(answer === undefined ? 202 : 200).send({ removed: answer?.hooks ?? null })
    },
  )

  scope.post(
    '/api/hooks/remove',
    {
      config,
      schema: {
        tags,
        summary: 'Remove one hook that is not ours, named and confirmed',
        body: Removal,
        response: { 200: HookSweepAnswer, 202: HookSweepAnswer, '4xx': Problem },
      },
    },
    async (request, reply) => {
      const { integration_id: integrationId, uri: remoteUri } = request.body
      const answer = await ask(callerOf(request), { integrationId, kind: 'remove', remoteUri })
      return reply.code(answer === undefined ? 202 : 200).send({ removed: answer?.hooks ?? null })
    },
  )

  async function ask(
    caller: Identity,
    wish: Parameters<typeof askOwnerOfHooks>[2],
  ): Promise<HookAnswer | undefined> {
    const answer = await askOwnerOfHooks(deps, caller, wish)
    if (answer?.refusal != null) throw new HttpProblem('conflict', answer.refusal)
    return answer
  }
}
