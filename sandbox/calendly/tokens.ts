import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import { stamp } from '../clock.ts'
import type { Calendly } from './context.ts'
import { uriOf } from './context.ts'
import type { Grant, Token, User } from './world.ts'

/** How tokens are kept and shown by control: never the value itself. */
export function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}

/** Starts a new grant of a user to an app. */
export function createGrant(
  { world }: Calendly,
  given: { user: string; client: string; scope: string },
): Grant {
  const grant = { uuid: randomUUID(), createdAt: stamp(), ...given }
  world.grants.put(grant)
  return grant
}

/** Issues the pair of one generation, as the token endpoint answers it. */
export function issuePair(
  calendly: Calendly,
  input: { grant: Grant; user: User; generation: number; refresh?: string },
) {
  const { grant, user, generation } = input
  const seconds = calendly.read('accessTokenSeconds')
  const access = accessToken({ user, client: grant.client, seconds })
  keep(calendly, {
    value: access,
    kind: 'access',
    grant,
    generation,
    expiresAt: calendly.clock.now() + seconds * 1000,
  })
  const refresh = input.refresh ?? randomBytes(32).toString('hex')
  if (input.refresh === undefined) {
    keep(calendly, { value: refresh, kind: 'refresh', grant, generation, expiresAt: null })
  }
  return {
    token_type: 'Bearer',
    access_token: access,
    refresh_token: refresh,
    scope: grant.scope,
    created_at: Math.floor(Date.now() / 1000),
    expires_in: seconds,
    owner: uriOf(calendly, `users/${user.uuid}`),
    organization: uriOf(calendly, `organizations/${user.organization}`),
  }
}

/** A personal token: no app, no expiry, shown once. */
export function issuePersonalToken(calendly: Calendly, user: User, scope: string): string {
  const grant = createGrant(calendly, { user: user.uuid, client: 'personal', scope })
  const value = accessToken({ user, client: 'personal', seconds: 10 * 365 * 86_400 })
  keep(calendly, { value, kind: 'personal', grant, generation: 1, expiresAt: null })
  return value
}

/** Kills one token. */
export function revokeToken({ world }: Calendly, token: Token): void {
  if (token.state === 'live') world.tokens.put(Object.assign(token, { state: 'revoked' }))
}

/** Kills every token of a grant. */
export function revokeGrant(calendly: Calendly, grant: string): void {
  for (const token of calendly.world.tokens.by('grant', grant)) revokeToken(calendly, token)
}

/** Kills every token of a user: they took the app's access away. */
export function revokeUser(calendly: Calendly, user: User): void {
  for (const grant of calendly.world.grants.by('user', user.uuid)) {
    revokeGrant(calendly, grant.uuid)
  }
  if (calendly.read('deleteHooksOnRevoke')) deleteHooksOf(calendly, user)
}

/** Deletes what a user subscribed; whether a real revocation does so is stated nowhere. */
export function deleteHooksOf({ world }: Calendly, user: User): void {
  for (const hook of world.hooks.all()) {
    if (hook.creator === user.uuid) world.hooks.remove(hook.uuid)
  }
}

function keep(
  { world }: Calendly,
  given: {
    value: string
    kind: Token['kind']
    grant: Grant
    generation: number
    expiresAt: number | null
  },
): void {
  world.tokens.put({
    hash: hashOf(given.value),
    kind: given.kind,
    grant: given.grant.uuid,
    generation: given.generation,
    state: 'live',
    issuedAt: stamp(),
    expiresAt: given.expiresAt,
    consumedAt: null,
    presentedAgain: 0,
  })
}

const signer = randomBytes(32)

/** Looks like the real one, and is as opaque to clients: what it means is kept by its hash. */
function accessToken(input: { user: User; client: string; seconds: number }): string {
  const iat = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'https://auth.calendly.com',
    iat,
    jti: randomUUID(),
    user_uuid: input.user.uuid,
    app_uid: input.client,
    exp: iat + input.seconds,
  }
  const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${text}.${createHmac('sha256', signer).update(text).digest('base64url')}`
}
