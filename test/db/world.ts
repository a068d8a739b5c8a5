import { createHash } from 'node:crypto'
import pg from 'pg'
import { type Database, openDatabase } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { type IngressStore, openIngressStore } from '../../db/ingress-store.ts'
import { findOrCreateForConnect } from '../../db/integrations.ts'
import { parseKeyRing } from '../../db/key-ring.ts'
import { createGeneration, markListed } from '../../db/subscriptions.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

/** One test file's database, opened as each of the roles that use it. */
export interface World {
  readonly urls: TestDatabase
  readonly database: Database
  readonly ingress: IngressStore
  /** Behind row security, for assertions and for what no role may do. */
  readonly owner: pg.Pool
  readonly close: () => Promise<void>
}

export const KEY_RING = parseKeyRing(`test:${Buffer.alloc(32, 7).toString('base64')}`)

/** Promises a fresh database, opened. */
export async function openWorld(): Promise<World> {
  const urls = await createTestDatabase()
  const database = await openDatabase({ url: urls.appUrl, keyRing: KEY_RING })
  const ingress = await openIngressStore({ url: urls.ingressUrl, keyRing: KEY_RING })
  const owner = new pg.Pool({ connectionString: urls.ownerUrl, max: 2 })
  owner.on('error', () => {})
  const close = async (): Promise<void> => {
    await Promise.all([database.close(), ingress.close(), owner.end()])
    await urls.drop()
  }
  return { urls, database, ingress, owner, close }
}

/** An organization with one connected person and a live endpoint. */
export interface Tenant {
  readonly organizationId: string
  readonly userId: string
  readonly integrationId: string
  readonly endpoint: string
}

/** Promises a connected tenant of its own name. */
export async function aTenant({ database, owner }: World, name = newId()): Promise<Tenant> {
  const identity = await database.directory.resolveIdentity({
    organization: name,
    subject: `user of ${name}`,
    role: 'admin',
    name: 'Ada',
  })
  if (identity === 'otherOrganization') throw new Error('the name is taken')
  const { organizationId, userId } = identity
  const made = await database.withTenant(organizationId, async (tx) => {
    const wish = { provider: 'calendly', scope: 'user', userId } as const
    const integrationId = await findOrCreateForConnect(tx, wish)
    const account = { userUri: `user:${name}`, organizationUri: `org:${name}` }
    const { endpoint, generation } = await createGeneration(tx, {
      integrationId,
      baseUrl: 'http://localhost:3000',
      account,
      scope: 'user',
      now: Date.now(),
    })
    await markListed(tx, {
      integrationId,
      generation,
      remoteUri: 'hook:1',
      retryStartedAt: null,
      now: Date.now(),
    })
    return { integrationId, endpoint }
  })
  await owner.query(
    `update integration set provider_user_uri = $1, status = 'live' where id = $2`,
    [`user:${name}`, made.integrationId],
  )
  return { organizationId, userId, ...made }
}

/** A verified delivery as the ingress hands it over. */
export const aDelivery = (endpoint: string, key: string, text = key) => ({
  endpoint,
  kind: 'invitee.created',
  dedupeKey: key,
  body: Buffer.from(text),
  bodyHash: createHash('sha256').update(text).digest(),
  headers: { 'user-agent': 'provider', cookie: 'secret' },
})
