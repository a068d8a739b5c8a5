import pg from 'pg'
import type { FastifyInstance } from 'fastify'
import { SignJWT } from 'jose'
import type { AddressInfo } from 'node:net'
import { buildApp } from '../../api/app.ts'
import type { ApiDeps, ApiOptions } from '../../api/deps.ts'
import type { Reservation } from '../../api/event-starts.ts'
import type { Gateway } from '../../api/gateway.ts'
import { createTokenReader } from '../../api/tokens.ts'
import { openDatabase } from '../../db/database.ts'
import type { Database } from '../../db/database.ts'
import { openIngressStore } from '../../db/ingress-store.ts'
import type { IngressStore } from '../../db/ingress-store.ts'
import { findOrCreateForConnect } from '../../db/integrations.ts'
import { parseKeyRing } from '../../db/key-ring.ts'
import { createGeneration, markListed, openSigningKey } from '../../db/subscriptions.ts'
import type { ProviderName } from '../../domain/provider-name.ts'
import { createCalcom } from '../../providers/calcom/client.ts'
import { read } from '../../providers/calendly/payload.ts'
import { SIGNATURE_HEADER, verify } from '../../providers/calendly/signature.ts'
import type { Provider } from '../../providers/provider.ts'
import { createTestDatabase } from '../support/postgres.ts'
import type { TestDatabase } from '../support/postgres.ts'

export const KEY_RING = parseKeyRing(`test:${Buffer.alloc(32, 7).toString('base64')}`)
export const JWT_SECRET = 'a secret of the tests, long enough for HS256'
const NO_KEY_SET = { jwksUrl: undefined, issuer: undefined, audience: undefined }
export const APP_KEY = 'app-wide key of the tests'
export const PREVIOUS_APP_KEY = 'app-wide key before that one'
export const API_URL = 'http://localhost:3000'
export const APP_URL = 'http://127.0.0.1:3999'
export const AUTHORIZE_URL = 'http://provider.test/oauth/authorize'
export const ISSUER = 'http://provider.test'

/** A whole API that listens, on a database of its own. */
export interface TestApi {
  readonly app: FastifyInstance
  readonly port: number
  readonly origin: string
  readonly urls: TestDatabase
  readonly database: Database
  readonly ingressStore: IngressStore
  /** Behind row security, for assertions and for what no role may do. */
  readonly owner: pg.Pool
  readonly gateway: FakeGateway
  readonly close: () => Promise<void>
}

/** A gateway that notes what it was asked, as a plain typed object. */
export interface FakeGateway extends Gateway {
  readonly events: string[]
  readonly operations: { kind: string; operationId: string }[]
  readonly nudges: string[]
  isDown: boolean
  onOperation: (kind: string, operationId: string) => Promise<void>
  onNudge: () => Promise<void>
}

/** Promises an API as `main.ts` builds it, with Temporal and the provider's network replaced. */
export async function startTestApi(
  told: Partial<ApiDeps> & { options?: ApiOptions } = {},
): Promise<TestApi> {
  const urls = await createTestDatabase()
  const database = await openDatabase({ url: urls.appUrl, keyRing: KEY_RING })
  const ingressStore = await openIngressStore({ url: urls.ingressUrl, keyRing: KEY_RING })
  const owner = new pg.Pool({ connectionString: urls.ownerUrl, max: 2 })
  owner.on('error', () => {})
  const gateway = fakeGateway()
  const app = await buildApp({
    database,
    ingressStore,
    gateway,
    providers: { calendly: calendlyForTests(), calcom: calcomForTests() },
    readToken: createTokenReader({ ...NO_KEY_SET, jwtSecret: JWT_SECRET }),
    urls: { apiUrl: API_URL, appUrl: APP_URL },
    appKeys: { calendly: [APP_KEY, PREVIOUS_APP_KEY] },
    build: { revision: 'test', builtAt: '2026-11-21T00:00:00.000Z', migration: '0001-test' },
    ...told,
    options: { listenUrl: urls.appUrl, patienceMs: 300, ...told.options },
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const close = async (): Promise<void> => {
    await app.close()
    await Promise.all([database.close(), ingressStore.close(), owner.end()])
    await urls.drop()
  }
  const origin = `http://127.0.0.1:${port}`
  return { app, port, origin, urls, database, ingressStore, owner, gateway, close }
}

function fakeGateway(): FakeGateway {
  const gateway: FakeGateway = {
    events: [],
    operations: [],
    nudges: [],
    isDown: false,
    onOperation: async () => {},
    onNudge: async () => {},
    isReachable: async () => !gateway.isDown,
    async startOperation(kind, { operationId }) {
      if (gateway.isDown) return 'later'
      gateway.operations.push({ kind, operationId })
      await gateway.onOperation(kind, operationId)
      return 'started'
    },
    reserveEvent(): Reservation | undefined {
      if (gateway.isDown) return undefined
      return {
        release: () => {},
        start: async ({ eventId }) => void gateway.events.push(eventId),
      }
    },
    nudge: async ({ integrationId, hint }) => {
      gateway.nudges.push(`${hint ?? 'look'} ${integrationId}`)
      await gateway.onNudge()
    },
    explain: async () => ({ kind: 'gone' }),
  }
  return gateway
}

const refuse = (): never => {
  throw new Error('the API makes no call to a provider')
}

const calcomForTests = (): Provider =>
  createCalcom({ http: { send: refuse, close: async () => {} }, apiUrl: 'https://api.cal.com' })

function calendlyForTests(): Provider {
  return {
    name: 'calendly',
    webhookEvents: [],
    webhook: { signatureHeader: SIGNATURE_HEADER, namesAccount: true, verify, read },
    oauth: {
      issuer: ISSUER,
      authorizeUrl: ({ state, codeChallenge, redirectUri, loginHint }) =>
        `${AUTHORIZE_URL}?${new URLSearchParams({
          state,
          code_challenge: codeChallenge,
          redirect_uri: redirectUri,
          ...(loginHint === undefined ? {} : { login_hint: loginHint }),
        }).toString()}`,
      exchangeCode: refuse,
      refresh: refuse,
      revoke: refuse,
    },
    identify: refuse,
    listSubscriptions: refuse,
    createSubscription: refuse,
    deleteSubscription: refuse,
    listBookings: refuse,
    listInvitees: refuse,
  }
}

/** A member of an organization with a live hook, and what it takes to speak as both. */
export interface Tenant {
  readonly organization: string
  readonly organizationId: string
  readonly userId: string
  readonly token: string
  readonly integrationId: string
  readonly endpoint: string
  readonly signingKey: string
  readonly userUri: string
}

interface Person {
  readonly organization: string
  readonly subject: string
  readonly role?: 'admin' | 'member' | 'client'
}

/** Promises a bearer token. */
export const tokenOf = (
  { organization, subject, role = 'member' }: Person,
  { alg = 'HS256', expires = '1h' } = {},
): Promise<string> =>
  new SignJWT({ org: organization, role, name: subject })
    .setProtectedHeader({ alg })
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(JWT_SECRET))

let made = 0

/** Promises a connected tenant whose account has this URI. */
export async function aTenant(
  { database, owner }: Pick<TestApi, 'database' | 'owner'>,
  {
    userUri,
    provider = 'calendly',
    ...person
  }: { userUri: string; provider?: ProviderName } & Partial<Person>,
): Promise<Tenant> {
  made += 1
  const told = { organization: `org-${made}`, subject: `user-${made}`, ...person }
  const identity = await database.directory.resolveIdentity({
    ...told,
    role: told.role ?? 'member',
  })
  if (identity === 'otherOrganization') throw new Error('the subject is taken')
  const { organizationId, userId } = identity
  const hook = await database.withTenant(organizationId, async (tx) => {
    const integrationId = await findOrCreateForConnect(tx, {
      provider,
      scope: 'user',
      userId,
      purpose: 'prospects',
    })
    const { generation, endpoint } = await createGeneration(tx, {
      integrationId,
      baseUrl: API_URL,
      account: { userUri, organizationUri: `${userUri}/organization` },
      scope: 'user',
      now: Date.now(),
    })
    const { signingKey } = await openSigningKey(tx, { integrationId, generation })
    await markListed(tx, {
      integrationId,
      generation,
      remoteUri: `hook:${endpoint}`,
      retryStartedAt: null,
      now: Date.now(),
    })
    return { integrationId, endpoint, signingKey }
  })
  await owner.query(`update integration set status = 'live' where id = $1`, [hook.integrationId])
  const { organization } = told
  return { organization, organizationId, userId, userUri, token: await tokenOf(told), ...hook }
}
