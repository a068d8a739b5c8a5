import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Tampering } from '../tampering.ts'
import { identifyClient } from './client-identity.ts'
import type { Calendly } from './context.ts'
import { namesOf } from './context.ts'
import { TOO_MANY } from './problems.ts'
import type { RateLimits } from './rate-limits.ts'
import { refusal, sendRefusal } from './refusals.ts'
import { findRefresh, refreshPair } from './rotation.ts'
import { createGrant, hashOf, issuePair } from './tokens.ts'
import type { Code, User } from './world.ts'

type Form = Record<string, string | undefined>

/** `POST /oauth/token`. Source: https://developer.calendly.com/refresh-token-rotation-guide */
export function registerTokenEndpoint(
  app: FastifyInstance,
  deps: {
    calendly: Calendly
    limits: RateLimits
    tampering: Tampering
    note: (request: FastifyRequest, user: User) => void
  },
): void {
  const { calendly, limits, tampering, note } = deps

  app.post('/oauth/token', async (request, reply) => {
    const form = (request.body ?? {}) as Form
    const user = ownerOf(calendly, form)
    if (user !== undefined) {
      note(request, user)
      user.tokenCalls += 1
      calendly.world.users.put(user)
      calendly.traffic.countTokenCall(user.email)
    }
    if (tampering.begin(request, reply, user === undefined ? [] : namesOf(calendly, user))) {
      return reply
    }
    if (user !== undefined && !limits.spendToken(reply, user)) return reply.code(429).send(TOO_MANY)
    const client = identifyClient(calendly, request.headers.authorization, form)
    if (client === undefined) return sendRefusal(reply, refusal('invalid_client'))
    return answer(calendly, reply, { ...form, client_id: client })
  })
}

function answer(calendly: Calendly, reply: FastifyReply, form: Form & { client_id: string }) {
  const { grant_type } = form
  if (grant_type === undefined) return sendRefusal(reply, refusal('invalid_request'))
  if (grant_type === 'authorization_code') return exchangeCode(calendly, reply, form)
  if (grant_type === 'refresh_token') {
    if (form['refresh_token'] === undefined) return sendRefusal(reply, refusal('invalid_request'))
    const pair = refreshPair(calendly, form['refresh_token'], form.client_id)
    return pair === undefined ? refuseGrant(calendly, reply) : reply.send(pair)
  }
  return sendRefusal(reply, refusal('unsupported_grant_type'))
}

function exchangeCode(calendly: Calendly, reply: FastifyReply, form: Form & { client_id: string }) {
  const { world, clock } = calendly
  if (form['code'] === undefined || form['redirect_uri'] === undefined) {
    return sendRefusal(reply, refusal('invalid_request'))
  }
  const code = world.codes.get(hashOf(form['code']))
  const isGood =
    code !== undefined &&
    !code.used &&
    code.expiresAt > clock.now() &&
    code.client === form.client_id &&
    code.redirectUri === form['redirect_uri'] &&
    isProven(code, form['code_verifier'])
  const user = code === undefined ? undefined : world.users.get(code.user)
  if (!isGood || user === undefined) return refuseGrant(calendly, reply)
  world.codes.put({ ...code, used: true })
  const { client, scope } = code
  const grant = createGrant(calendly, { user: user.uuid, client, scope })
  return reply.send(issuePair(calendly, { grant, user, generation: 1 }))
}

function isProven({ challenge }: Code, verifier: string | undefined): boolean {
  if (challenge === null) return verifier === undefined
  const hash = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url')
  return verifier !== undefined && hash === challenge
}

function refuseGrant(calendly: Calendly, reply: FastifyReply) {
  const status = calendly.read('invalidGrantStatus')
  return sendRefusal(reply, { ...refusal('invalid_grant'), status })
}

function ownerOf(calendly: Calendly, form: Form): User | undefined {
  const { world } = calendly
  const code = form['code'] === undefined ? undefined : world.codes.get(hashOf(form['code']))
  const refresh = findRefresh(calendly, form['refresh_token'])
  const grant = refresh === undefined ? undefined : world.grants.get(refresh.grant)
  return world.users.get(code?.user ?? grant?.user ?? '')
}
