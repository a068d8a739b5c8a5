import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Tampering } from '../tampering.ts'
import type { Calendly } from './context.ts'
import { namesOf, uriOf } from './context.ts'
import { allows } from './oauth-app.ts'
import { insufficientScope, TOO_MANY, unauthenticated } from './problems.ts'
import type { RateLimits } from './rate-limits.ts'
import { hashOf } from './tokens.ts'
import type { Grant, User } from './world.ts'

export interface Caller {
  user: User
  grant: Grant
  /** The address of the calling user. */
  uri: string
  /** What the token may do now. */
  scope: string
}

export interface Gate {
  /** Lets a request in when its token is live and may do what the scope says. */
  open: (scope: string) => (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
  callerOf: (request: FastifyRequest) => Caller
  /** Remembers who asks, for the counts. */
  note: (request: FastifyRequest, user: User) => void
}

/** Guards the API routes of an app: token, rate, faults, scope, in this order. */
export function createGate(
  app: FastifyInstance,
  deps: { calendly: Calendly; limits: RateLimits; tampering: Tampering },
): Gate {
  const { calendly, limits, tampering } = deps
  const callers = new WeakMap<FastifyRequest, Caller>()
  const known = new WeakMap<FastifyRequest, User>()

  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('x-request-id', randomUUID())
    void reply.header('cache-control', 'max-age=0, private, must-revalidate')
  })

  app.addHook('onResponse', async (request, reply) => {
    calendly.traffic.count({
      provider: 'calendly',
      route: `${request.method} ${(request.routeOptions.url ?? '*').replace('/calendly', '')}`,
      user: known.get(request)?.email ?? '',
      status: reply.statusCode,
    })
  })

  return {
    note: (request, user) => void known.set(request, user),
    callerOf(request) {
      const caller = callers.get(request)
      if (caller === undefined) throw new Error('This route has no gate')
      return caller
    },
    open: (scope) => async (request, reply) => {
      const found = authenticate(calendly, request.headers.authorization)
      const caller = found instanceof Error ? undefined : found
      if (caller !== undefined) known.set(request, caller.user)
      const bucket =
        caller === undefined ? undefined : { user: caller.user, client: caller.grant.client }
      const isAllowed = limits.spend(reply, bucket)
      const names = caller === undefined ? [] : namesOf(calendly, caller.user)
      if (!isAllowed) return reply.code(429).send(TOO_MANY)
      if (tampering.begin(request, reply, names)) return reply
      if (found instanceof Error) throw found
      if (!allows(found.scope, scope)) throw insufficientScope([scope])
      callers.set(request, found)
      return undefined
    },
  }
}

function authenticate(calendly: Calendly, authorization = ''): Caller | Error {
  const { world, clock } = calendly
  const value = /^bearer (\S+)$/i.exec(authorization)?.[1]
  const token = value === undefined ? undefined : world.tokens.get(hashOf(value))
  const grant = token === undefined ? undefined : world.grants.get(token.grant)
  const user = grant === undefined ? undefined : world.users.get(grant.user)
  if (token === undefined || grant === undefined || user === undefined) {
    return unauthenticated('is invalid')
  }
  if (token.kind === 'refresh') return unauthenticated('is invalid')
  if (token.state === 'revoked') return unauthenticated('was revoked')
  if (token.expiresAt !== null && token.expiresAt <= clock.now()) return unauthenticated('expired')
  const uri = uriOf(calendly, `users/${user.uuid}`)
  return { user, grant, uri, scope: scopeNow(calendly, user, grant.scope) }
}

/** A `scope-missing` fault takes the named scopes away, or all of them. */
function scopeNow(calendly: Calendly, user: User, granted: string): string {
  const users = namesOf(calendly, user)
  const fault = calendly.faults.find({ provider: 'calendly', kinds: ['scope-missing'], users })
  if (fault === undefined) return granted
  const missing = fault.scopes ?? (typeof fault.value === 'string' ? fault.value.split(' ') : [])
  if (missing.length === 0) return ''
  return granted
    .split(' ')
    .filter((scope) => !missing.includes(scope))
    .join(' ')
}
