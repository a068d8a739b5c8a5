import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { findApiKeyIdentity } from '../db/api-keys.ts'
import type { Database } from '../db/database.ts'
import { readOrganization } from '../db/organizations.ts'
import { HttpProblem } from './problems.ts'
import type { Role, TokenReader } from './tokens.ts'

/** Who calls, as far as any route needs to know. */
export interface Identity {
  readonly organizationId: string
  readonly userId: string
  readonly role: Role
  readonly name: string | null
  /** An admin, or a member of an organization that shares what it has. */
  readonly seesAll: boolean
  /** Epoch milliseconds at which the token ends by itself; null for a key, which has to be revoked. */
  readonly expiresAt: number | null
}

/** Tells who bears a token; undefined where nobody acceptable does. */
export type Authenticate = (token: string) => Promise<Identity | undefined>

/** Long enough to spare the database, short enough that a change of sight is felt at once. */
const REMEMBERED_MS = 2_000
const REMEMBERED = 5_000

/**
 * Answers identities, each remembered for a moment by the digest of its token. A key is looked up
 * each time: whichever process revokes it, it opens nothing any more.
 */
export function createAuthenticate(database: Database, readToken: TokenReader): Authenticate {
  const known = new Map<string, { identity: Identity; until: number }>()

  return async (token) => {
    if (isApiKey(token)) return byApiKey(database, token)
    const digest = createHash('sha256').update(token).digest('base64')
    const entry = known.get(digest)
    if (entry !== undefined && Date.now() < entry.until) return entry.identity
    const identity = await byToken(database, readToken, token)
    if (identity === undefined) return undefined
    if (known.size >= REMEMBERED) known.clear()
    const until = Math.min(Date.now() + REMEMBERED_MS, identity.expiresAt ?? Infinity)
    known.set(digest, { identity, until })
    return identity
  }
}

/** A JWT has dots, a key never. */
export const isApiKey = (token: string): boolean => !token.includes('.')

async function byToken(
  database: Database,
  readToken: TokenReader,
  token: string,
): Promise<Identity | undefined> {
  const claims = await readToken(token)
  if (claims === undefined) return undefined
  const found = await database.directory.resolveIdentity(claims)
  if (found === 'otherOrganization') return undefined
  const { role, name = null, expiresAt } = claims
  return withSight(database, { ...found, role, name, expiresAt })
}

async function byApiKey(database: Database, key: string): Promise<Identity | undefined> {
  const hash = createHash('sha256').update(key).digest()
  const found = await database.directory.apiKeyByHash(hash)
  if (found === undefined) return undefined
  const owner = await database.withTenant(found.organizationId, (tx) =>
    findApiKeyIdentity(tx, found.apiKeyId),
  )
  if (owner === undefined) return undefined
  return withSight(database, {
    organizationId: found.organizationId,
    ...owner,
    expiresAt: null,
  })
}

async function withSight(
  database: Database,
  identity: Omit<Identity, 'seesAll'>,
): Promise<Identity> {
  if (identity.role === 'admin') return { ...identity, seesAll: true }
  const { visibility } = await database.withTenant(identity.organizationId, readOrganization)
  return { ...identity, seesAll: identity.role === 'member' && visibility === 'shared' }
}

/** The bearer token of a request, or undefined. */
const bearerOf = (header: string | undefined): string | undefined =>
  /^Bearer ([\w.~+/=-]{16,4096})$/i.exec(header ?? '')?.[1]

const identities = new WeakMap<FastifyRequest, Identity>()

/** Who makes this request; only routes behind `requireIdentity` may ask. */
export function callerOf(request: FastifyRequest): Identity {
  const identity = identities.get(request)
  if (identity === undefined) throw new Error('this route forgot to require an identity')
  return identity
}

const asked = new WeakMap<FastifyRequest, Promise<Identity | undefined>>()

/** Who makes this request, or undefined; asked once, however many want to know. */
export function identify(
  request: FastifyRequest,
  authenticate: Authenticate,
): Promise<Identity | undefined> {
  const earlier = asked.get(request)
  if (earlier !== undefined) return earlier
  const token = bearerOf(request.headers.authorization)
  const answer = token === undefined ? Promise.resolve(undefined) : authenticate(token)
  asked.set(request, answer)
  return answer
}

/** Refuses a request whose bearer is unknown (401) or has none of these roles (403). */
export function requireIdentity(authenticate: Authenticate, roles: readonly Role[]) {
  return async (request: FastifyRequest): Promise<void> => {
    const identity = await identify(request, authenticate)
    if (identity === undefined)
      throw new HttpProblem('unauthenticated', 'Send a valid bearer token.')
    if (!roles.includes(identity.role))
      throw new HttpProblem('forbidden', `This needs one of the roles ${roles.join(', ')}.`)
    identities.set(request, identity)
  }
}

/** What a list or a look-up is filtered by. */
export const viewerOf = ({ userId, role, seesAll }: Identity) => ({ userId, role, seesAll })
