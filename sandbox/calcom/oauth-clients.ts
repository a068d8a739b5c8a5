import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isRecord, textOf } from '../json.ts'
import type { Calcom } from './context.ts'
import { end, findCredential, issueTokens } from './credentials.ts'
import type { Gate } from './gate.ts'
import { problem } from './problems.ts'
import { createUser } from './people.ts'
import type { OAuthClient, User } from './world.ts'

const YEAR_SECONDS = 365 * 86_400

/** Makes a platform client; its secret is told once. */
export function createClient(
  { world }: Calcom,
  given: Omit<OAuthClient, 'id' | 'secret'>,
): OAuthClient {
  const id = `cl${randomBytes(12).toString('hex')}`
  const client = { ...given, id, secret: randomBytes(24).toString('base64url') }
  world.clients.put(client)
  return client
}

/** Users a platform client manages, and the tokens that rotate in pairs. */
export function registerOAuthClients(
  app: FastifyInstance,
  { calcom, gate }: { calcom: Calcom; gate: Gate },
): void {
  const guarded = { preHandler: gate.open }

  app.post('/oauth-clients/:clientId/users', guarded, async (request, reply) => {
    const client = clientOf(request)
    const body = isRecord(request.body) ? request.body : {}
    const email = textOf(body, 'email')
    const name = textOf(body, 'name')
    if (email === undefined || name === undefined) throw problem(400, 'email and name are needed')
    const user = createUser(calcom, {
      // The address a managed user goes by carries the client.
      email: email.replace('@', `+${client.id}@`),
      name,
      oauthClient: client.id,
      isAdmin: false,
      timeZone: textOf(body, 'timeZone'),
    })
    const data = { user: managedUser(user), ...tokensFor(user, client) }
    return reply.code(201).send({ status: 'success', data })
  })

  app.post('/oauth/:clientId/refresh', guarded, async (request, reply) => {
    const client = clientOf(request)
    const value = isRecord(request.body) ? textOf(request.body, 'refreshToken') : undefined
    const credential = value === undefined ? undefined : findCredential(calcom, value)
    const isGood =
      credential?.kind === 'refresh' &&
      credential.client === client.id &&
      credential.state === 'live' &&
      (credential.expiresAt ?? 0) > calcom.clock.now()
    if (!isGood) throw problem(401, 'Invalid Refresh Token.')
    endTokens(credential.user, client.id)
    const user = calcom.world.users.get(String(credential.user))
    if (user === undefined) throw problem(401, 'Invalid Refresh Token.')
    return reply.code(200).send({ status: 'success', data: tokensFor(user, client) })
  })

  app.post(
    '/oauth-clients/:clientId/users/:userId/force-refresh',
    guarded,
    async (request, reply) => {
      const client = clientOf(request)
      const { userId } = request.params as { userId: string }
      const user = calcom.world.users.get(userId)
      if (user?.oauthClient !== client.id) throw problem(404, `User with ID ${userId} is not found`)
      return reply.code(200).send({ status: 'success', data: tokensFor(user, client) })
    },
  )

  function clientOf(request: FastifyRequest): OAuthClient {
    const { client } = gate.callerOf(request)
    if (client === null) throw problem(403, 'Forbidden resource')
    return client
  }

  function tokensFor(user: User, client: OAuthClient) {
    const accessSeconds = calcom.read('accessTokenSeconds')
    const about = { user: user.id, client: client.id }
    return issueTokens(calcom, { ...about, accessSeconds, refreshSeconds: YEAR_SECONDS })
  }

  /** Both tokens of a pair end when one is used to refresh. */
  function endTokens(user: number, client: string): void {
    for (const credential of calcom.world.credentials.all()) {
      const isTheirs = credential.user === user && credential.client === client
      if (isTheirs && credential.state === 'live') end(calcom, credential, 'consumed')
    }
  }
}

function managedUser(user: User) {
  return {
    id: user.id,
    email: user.email,
    username: user.username,
    name: user.name,
    bio: null,
    timeZone: user.timeZone,
    weekStart: 'Monday',
    createdDate: user.createdAt,
    timeFormat: 24,
    defaultScheduleId: null,
    locale: 'en',
    avatarUrl: null,
  }
}
