import { createHash, randomBytes } from 'node:crypto'
import type { Calcom } from './context.ts'
import type { Credential, User } from './world.ts'

/** The hash under which a secret is kept: the sandbox's files hold none in the clear. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Makes an API key; its value is told once. */
export function issueKey(calcom: Calcom, user: User, seconds?: number): string {
  const key = `cal_${randomBytes(16).toString('hex')}`
  keep(calcom, { value: key, kind: 'key', user: user.id, client: null, seconds })
  return key
}

/** Makes a pair of tokens for a client's user. */
export function issueTokens(
  calcom: Calcom,
  given: { user: number; client: string; accessSeconds: number; refreshSeconds: number },
) {
  const [accessToken, refreshToken] = [randomBytes(24), randomBytes(24)].map((bytes) =>
    bytes.toString('base64url'),
  ) as [string, string]
  const { user, client } = given
  const access = keep(calcom, {
    value: accessToken,
    kind: 'access',
    user,
    client,
    seconds: given.accessSeconds,
  })
  const refresh = keep(calcom, {
    value: refreshToken,
    kind: 'refresh',
    user,
    client,
    seconds: given.refreshSeconds,
  })
  return {
    accessToken,
    refreshToken,
    accessTokenExpiresAt: access.expiresAt,
    refreshTokenExpiresAt: refresh.expiresAt,
  }
}

/** The credential of this value, dead ones too. */
export function findCredential({ world }: Calcom, value: string): Credential | undefined {
  return world.credentials.get(hashOf(value))
}

/** Ends a credential now. */
export function end({ world }: Calcom, credential: Credential, how: 'consumed' | 'revoked'): void {
  credential.state = how
  world.credentials.put(credential)
}

function keep(
  { world, clock }: Calcom,
  given: Pick<Credential, 'kind' | 'user' | 'client'> & {
    value: string
    seconds: number | undefined
  },
): Credential {
  const credential: Credential = {
    hash: hashOf(given.value),
    kind: given.kind,
    hint: given.value.slice(0, 8),
    user: given.user,
    client: given.client,
    createdAt: new Date().toISOString(),
    expiresAt: given.seconds === undefined ? null : clock.now() + given.seconds * 1000,
    state: 'live',
  }
  world.credentials.put(credential)
  return credential
}
