import { createHash, randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { isRecord, textOf } from '../json.ts'
import type { Calcom } from './context.ts'
import { end, findCredential, hashOf, issueTokens } from './credentials.ts'
import type { Gate } from './gate.ts'
import { problem } from './problems.ts'
import type { Code, OAuthClient, User } from './world.ts'

const CODE_SECONDS = 600

/** Source: the example of the newer specification. */
const ACCESS_SECONDS = 1800

const REFRESH_SECONDS = 365 * 86_400

/** A code as the consent of a user makes it; the sandbox has no consent page of its own. */
export function issueCode(
  { world, clock }: Calcom,
  given: { user: User; client: OAuthClient; redirectUri: string; challenge: string | null },
): string {
  const value = randomBytes(24).toString('base64url')
  world.codes.put({
    hash: hashOf(value),
    client: given.client.id,
    user: given.user.id,
    redirectUri: given.redirectUri,
    challenge: given.challenge,
    expiresAt: clock.now() + CODE_SECONDS * 1000,
    isUsed: false,
  })
  return value
}

/** The token endpoint of the newer OAuth2: by code with a secret or PKCE, and by refresh token. */
export function registerOAuth2(
  app: FastifyInstance,
  { calcom, gate }: { calcom: Calcom; gate: Gate },
): void {
  app.post('/auth/oauth2/token', { preHandler: gate.openToAll }, async (request, reply) => {
    const body = isRecord(request.body) ? request.body : {}
    const client = calcom.world.clients.get(textOf(body, 'client_id') ?? '')
    if (client === undefined) throw problem(401, 'invalid_client')
    const isByCode = body['grant_type'] === 'authorization_code'
    if (!isByCode && body['grant_type'] !== 'refresh_token') {
      throw problem(400, 'unsupported_grant_type')
    }
    const user = isByCode
      ? spendCode(calcom, client, body)
      : spendRefreshToken(calcom, client, body)
    const tokens = issueTokens(calcom, {
      user,
      client: client.id,
      accessSeconds: ACCESS_SECONDS,
      refreshSeconds: REFRESH_SECONDS,
    })
    return reply.code(200).send({
      access_token: tokens.accessToken,
      token_type: 'bearer',
      refresh_token: tokens.refreshToken,
      expires_in: ACCESS_SECONDS,
    })
  })
}

function spendCode(calcom: Calcom, client: OAuthClient, body: Record<string, unknown>): number {
  const code = calcom.world.codes.get(hashOf(textOf(body, 'code') ?? ''))
  const isGood =
    code?.client === client.id &&
    !code.isUsed &&
    code.expiresAt > calcom.clock.now() &&
    code.redirectUri === body['redirect_uri']
  if (!isGood || !provesItself(code, client, body)) throw problem(400, 'invalid_grant')
  calcom.world.codes.put(Object.assign(code, { isUsed: true }))
  return code.user
}

function provesItself(code: Code, client: OAuthClient, body: Record<string, unknown>): boolean {
  if (code.challenge === null) return body['client_secret'] === client.secret
  const verifier = textOf(body, 'code_verifier') ?? ''
  return createHash('sha256').update(verifier).digest('base64url') === code.challenge
}

function spendRefreshToken(
  calcom: Calcom,
  client: OAuthClient,
  body: Record<string, unknown>,
): number {
  const credential = findCredential(calcom, textOf(body, 'refresh_token') ?? '')
  const isGood =
    credential?.kind === 'refresh' &&
    credential.client === client.id &&
    credential.state === 'live' &&
    (credential.expiresAt ?? 0) > calcom.clock.now()
  if (!isGood) throw problem(400, 'invalid_grant')
  end(calcom, credential, 'consumed')
  return credential.user
}
