import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import type { ApiConfig } from '../config/config-shapes.ts'

/** Roles a token can carry. */
export const ROLES = ['admin', 'member', 'client'] as const

/** One of ROLES. */
export type Role = (typeof ROLES)[number]

/** What a valid token says about its bearer. */
export interface Claims {
  readonly subject: string
  readonly organization: string
  readonly role: Role
  readonly name: string | undefined
  /** Epoch milliseconds from which it is accepted no more. */
  readonly expiresAt: number
}

/** Reads a bearer token; undefined for every token that is not wholly acceptable. */
export type TokenReader = (token: string) => Promise<Claims | undefined>

/** Clocks of an issuer and of us may differ by a little. */
const CLOCK_TOLERANCE_SECONDS = 30

/** Reads tokens signed with the shared secret or with a key of the issuer's set. */
export function createTokenReader(auth: ApiConfig['auth']): TokenReader {
  const { jwtSecret, jwksUrl, issuer, audience } = auth
  if (jwtSecret !== undefined) {
    const secret = new TextEncoder().encode(jwtSecret)
    // The algorithm is ours to say: a token that names another one is no token.
    return (token) => read(() => jwtVerify(token, secret, { ...CHECKS, algorithms: ['HS256'] }))
  }
  if (jwksUrl === undefined) throw new Error('AUTH_JWT_SECRET or AUTH_JWKS_URL must be set')
  const keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000 })
  // An issuer signs for many services with one key set: its tokens for others are none for us.
  const checks = {
    ...CHECKS,
    algorithms: ASYMMETRIC,
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  }
  return (token) => read(() => jwtVerify(token, keys, checks))
}

const CHECKS = {
  clockTolerance: CLOCK_TOLERANCE_SECONDS,
  requiredClaims: ['sub', 'org', 'role', 'exp'],
}
const ASYMMETRIC = ['RS256', 'PS256', 'ES256', 'EdDSA']

async function read(verify: () => Promise<{ payload: JWTPayload }>): Promise<Claims | undefined> {
  try {
    const { payload } = await verify()
    return claimsOf(payload)
  } catch {
    // jose's messages may quote claims; why a token is refused is the bearer's to find out.
    return undefined
  }
}

function claimsOf({ sub, exp, ...rest }: JWTPayload): Claims | undefined {
  const { org, role, name } = rest as Record<string, unknown>
  if (!isShortText(sub) || !isShortText(org) || exp === undefined) return undefined
  const known = ROLES.find((each) => each === role)
  if (known === undefined) return undefined
  return {
    subject: sub,
    organization: org,
    role: known,
    name: isShortText(name) ? name : undefined,
    expiresAt: (exp + CLOCK_TOLERANCE_SECONDS) * 1_000,
  }
}

/** Ids and names of people fit easily; no control character may reach a log or a row. */
const isShortText = (value: unknown): value is string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused here
  typeof value === 'string' && value !== '' && value.length <= 200 && !/[\u0000-\u001f]/.test(value)
