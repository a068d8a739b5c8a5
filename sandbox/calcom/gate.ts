import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Tampering } from '../tampering.ts'
import type { Calcom } from './context.ts'
import { namesOf } from './context.ts'
import { findCredential } from './credentials.ts'
import { problem, problemBody, TOO_MANY } from './problems.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Credential, OAuthClient, User } from './world.ts'

export interface Caller {
  user: User
  /** Null for a platform client that showed its secret. */
  credential: Credential | null
  client: OAuthClient | null
}

export interface Gate {
  /** Lets a request in when it shows a live key, token or client secret. */
  open: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
  /** Lets in who shows nothing as well, counted and spoiled like all others. */
  openToAll: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
  callerOf: (request: FastifyRequest) => Caller
  /** Nobody where nothing was shown. */
  guestOf: (request: FastifyRequest) => Caller | undefined
}

const NOTHING_SHOWN =
  "No authentication method provided. Either pass an API key as 'Bearer' header or OAuth client credentials as 'x-cal-secret-key' and 'x-cal-client-id' headers"

/** Guards the API routes of an app: rate, faults, credential, in this order. */
export function createGate(
  app: FastifyInstance,
  deps: { calcom: Calcom; limits: RateLimits; tampering: Tampering },
): Gate {
  const { calcom, limits, tampering } = deps
  const callers = new WeakMap<FastifyRequest, Caller>()

  app.addHook('onResponse', async (request, reply) => {
    calcom.traffic.count({
      provider: 'calcom',
      route: `${request.method} ${(request.routeOptions.url ?? '*').replace('/calcom', '')}`,
      user: callers.get(request)?.user.email ?? '',
      status: reply.statusCode,
    })
  })

  /** True when the request was answered here. */
  function isAnswered(request: FastifyRequest, reply: FastifyReply, caller: Caller | undefined) {
    if (caller !== undefined) callers.set(request, caller)
    const isClient = caller !== undefined && (caller.client !== null || isToken(caller.credential))
    const key = caller?.credential?.hash ?? caller?.client?.id ?? request.ip
    if (!limits.spend(reply, { key, isClient })) {
      void reply.code(429).send(problemBody(TOO_MANY, request.url))
      return true
    }
    return tampering.begin(request, reply, caller === undefined ? [] : namesOf(caller.user))
  }

  return {
    guestOf: (request) => callers.get(request),
    callerOf(request) {
      const caller = callers.get(request)
      if (caller === undefined) throw new Error('This route has no gate')
      return caller
    },
    async open(request, reply) {
      const found = authenticate(calcom, request)
      const caller = found instanceof Error ? undefined : found
      if (isAnswered(request, reply, caller)) return reply
      if (found instanceof Error) throw found
      return undefined
    },
    async openToAll(request, reply) {
      const { authorization } = request.headers
      const found = authorization === undefined ? undefined : authenticate(calcom, request)
      const caller = found instanceof Error ? undefined : found
      if (isAnswered(request, reply, caller)) return reply
      if (found instanceof Error) throw found
      return undefined
    },
  }
}

function isToken(credential: Credential | null): boolean {
  return credential?.kind === 'access'
}

function authenticate(calcom: Calcom, request: FastifyRequest): Caller | Error {
  const { headers } = request
  const secret = headers['x-cal-secret-key']
  const clientId = (request.params as { clientId?: string }).clientId ?? headers['x-cal-client-id']
  if (typeof secret === 'string' && typeof clientId === 'string') {
    return authenticateClient(calcom, clientId, secret)
  }
  const bearer = /^bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (bearer === undefined) return problem(401, NOTHING_SHOWN)
  return authenticateBearer(calcom, bearer)
}

function authenticateClient({ world }: Calcom, id: string, secret: string): Caller | Error {
  const client = world.clients.get(id)
  if (client === undefined) return problem(401, `Client with ID ${id} not found`)
  if (client.secret !== secret) return problem(401, 'Invalid client secret')
  const user = world.users
    .all()
    .find(({ organization, isAdmin }) => isAdmin && organization === client.organization)
  if (user === undefined) return problem(401, 'No owner ID found for this OAuth client')
  return { user, credential: null, client }
}

function authenticateBearer(calcom: Calcom, value: string): Caller | Error {
  const credential = findCredential(calcom, value)
  const isKey = value.startsWith('cal_')
  const refused = problem(401, isKey ? 'Your api key is not valid' : 'Invalid Access Token.')
  if (credential === undefined || credential.state !== 'live') return refused
  if (credential.kind === 'refresh') return refused
  if (credential.expiresAt !== null && credential.expiresAt <= calcom.clock.now()) {
    return problem(401, isKey ? 'Your api key is expired' : 'Invalid Access Token.')
  }
  const user = calcom.world.users.get(String(credential.user))
  if (user === undefined) return problem(401, 'No user associated with the provided token')
  return { user, credential, client: null }
}
