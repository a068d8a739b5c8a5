import { createHash, randomBytes } from 'node:crypto'
import { createActivities } from '../../activities/index.ts'
import type { Activities } from '../../activities/index.ts'
import type { ActivityDeps, Nudge, OwnedJob } from '../../activities/deps.ts'
import type { TenantTx } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { readWanted, want } from '../../db/integrations.ts'
import { consumeState, createOperation, openOperation, readOperation } from '../../db/operations.ts'
import type { OperationKind } from '../../domain/operation.ts'
import type { WantedFacts } from '../../domain/owner-state.ts'
import { oauthCallbackUrl } from '../../domain/public-urls.ts'
import { createCalendly } from '../../providers/calendly/client.ts'
import { createHttp, type Http } from '../../providers/http.ts'
import type { Provider } from '../../providers/provider.ts'
import { type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts'
import type { World } from '../db/world.ts'
import { pkce, Visitor } from '../sandbox/visitor.ts'

/** Nobody listens there: what the sandbox delivers goes nowhere. */
export const API_URL = 'http://localhost:9'

/** What a test may turn when it sets the stage. */
export interface StageOptions {
  readonly sandbox?: Partial<SandboxOptions>
  readonly scope?: 'user' | 'organization'
  /** How long our client waits for an answer. */
  readonly patienceMs?: number
}

/** Somebody who asks for consent, and how. */
export interface Asking {
  readonly email?: string
  readonly kind?: OperationKind
  /** That of the stage where left out, like the user. */
  readonly scope?: 'user' | 'organization'
  readonly userId?: string
}

/** One organization, its integration, and the activities between our rows and a sandbox. */
export interface Stage {
  readonly visitor: Visitor
  readonly deps: ActivityDeps
  readonly activities: Activities
  readonly nudges: readonly Nudge[]
  readonly organizationId: string
  readonly userId: string
  /** Promises an operation whose consent was given, ready for the exchange; answers its id. */
  consent(asking?: Asking): Promise<string>
  /** Consent, exchange and taking over, in one go. */
  connect(asking?: Asking): Promise<void>
  /** Promises that nobody wants it any more; nothing is cleaned up yet. */
  leave(): Promise<void>
  /** The integration of the last consent, at the time of this stage. */
  job(): OwnedJob
  facts(): Promise<WantedFacts>
  /** Moves our clock and the sandbox's. */
  advance(seconds: number): Promise<void>
  /** The activities as they would be elsewhere: another public URL, another database. */
  elsewhere(deps: Partial<ActivityDeps>): Activities
  close(): Promise<void>
}

/** Promises a sandbox and a fresh organization on the database of a test file. */
export async function setStage(world: World, options: StageOptions = {}): Promise<Stage> {
  const visitor = new Visitor(await startSandbox({ port: 0, ...options.sandbox }))
  const http = createHttp({ allowLoopback: true, totalMs: options.patienceMs ?? 4_000 })
  const calendly = calendlyAt(visitor.api, http)
  const nudges: Nudge[] = []
  const deps: ActivityDeps = {
    database: world.database,
    providers: { calendly },
    apiUrl: API_URL,
    nudgeOwner: async (nudge) => void nudges.push(nudge),
    log: { info: () => {}, warn: () => {} },
  }
  const activities = createActivities(deps)
  const identity = await world.database.directory.resolveIdentity({
    organization: newId(),
    subject: newId(),
    role: 'admin',
    name: 'Ada',
  })
  if (identity === 'otherOrganization') throw new Error('a fresh name is taken')
  const { organizationId, userId } = identity
  const within = <T>(work: (tx: TenantTx) => Promise<T>): Promise<T> =>
    world.database.withTenant(organizationId, work)
  let now = Date.now()
  let integrationId = ''

  async function consent({ email = 'rita@acme.test', kind = 'connect', ...asked }: Asking = {}) {
    const [operationId, secret] = [newId(), pkce()]
    const [stateHash, browserHash] = [hashed(), hashed()]
    await within((tx) =>
      createOperation(tx, {
        id: operationId,
        kind,
        provider: 'calendly',
        scope: options.scope,
        userId,
        ...asked,
        ticketHash: hashed(),
        expiresAt: new Date(Date.now() + 600_000),
      }),
    )
    const opening = { id: operationId, browserHash, stateHash, codeVerifier: secret.verifier }
    await within((tx) => openOperation(tx, opening))
    const redirect_uri = oauthCallbackUrl(API_URL, 'calendly')
    const { to } = await visitor.authorize({ login_hint: email, redirect_uri, ...secret.query })
    const code = to.get('code') ?? ''
    await within((tx) => consumeState(tx, { id: operationId, stateHash, browserHash, code }))
    return operationId
  }

  return {
    visitor,
    deps,
    activities,
    nudges,
    organizationId,
    userId,
    consent,
    connect: async (asking) => {
      const operationId = await consent(asking)
      await activities.exchangeCode({ organizationId, operationId })
      const operation = await within((tx) => readOperation(tx, operationId))
      integrationId = operation?.integrationId ?? ''
      await activities.adoptCredential({ organizationId, integrationId, now })
    },
    leave: async () => {
      await within((tx) => want(tx, { integrationId, wanted: 'disconnected' }))
    },
    job: () => ({ organizationId, integrationId, now }),
    facts: () => within((tx) => readWanted(tx, integrationId)),
    advance: async (seconds) => {
      now += seconds * 1_000
      await visitor.advance(seconds)
    },
    elsewhere: (changed) => createActivities({ ...deps, ...changed }),
    close: async () => {
      await visitor.sandbox.close()
      await http.close()
    },
  }
}

/** Our client, for a sandbox below this address. */
export const calendlyAt = (address: string, http: Http): Provider =>
  createCalendly({
    http,
    apiUrl: address,
    authUrl: address,
    clientId: 'sandbox-client',
    clientSecret: 'sandbox-client-not-a-secret',
  })

const hashed = (): Buffer => createHash('sha256').update(randomBytes(32)).digest()
