import type { FastifyInstance } from 'fastify'
import type { Calcom } from './context.ts'
import { end, issueKey } from './credentials.ts'
import type { Gate } from './gate.ts'
import { problem } from './problems.ts'
import type { User } from './world.ts'

/** Who a credential stands for, and the rotation of an API key. */
export function registerMe(app: FastifyInstance, deps: { calcom: Calcom; gate: Gate }): void {
  const { calcom, gate } = deps

  app.get('/me', { preHandler: gate.open }, async (request) => ({
    status: 'success',
    data: meObject(gate.callerOf(request).user),
  }))

  app.post('/api-keys/refresh', { preHandler: gate.open }, async (request, reply) => {
    const { user, credential } = gate.callerOf(request)
    if (credential?.kind !== 'key') throw problem(401, 'Your api key is not valid')
    const apiKey = issueKey(calcom, user)
    end(calcom, credential, 'revoked')
    return reply.code(200).send({ status: 'success', data: { apiKey } })
  })
}

/** A user as `/v2/me` shows them. */
export function meObject(user: User) {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    name: user.name,
    avatarUrl: null,
    bio: null,
    timeFormat: 24,
    defaultScheduleId: user.id,
    weekStart: 'Monday',
    timeZone: user.timeZone,
    organizationId: user.organization,
    ...(user.organization === null
      ? {}
      : { organization: { isPlatform: user.oauthClient !== null, id: user.organization } }),
  }
}
