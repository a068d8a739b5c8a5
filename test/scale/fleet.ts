import { Client, Connection } from '@temporalio/client'
import pg from 'pg'
import { storeIncoming } from '../../db/credentials.ts'
import { type Database, openDatabase } from '../../db/database.ts'
import { findOrCreateForConnect, want } from '../../db/integrations.ts'
import { parseKeyRing } from '../../db/key-ring.ts'
import type { Stack } from '../../dev/stack.ts'
import type { Pace } from '../../domain/owner-state.ts'
import { createStarter } from '../../worker/starter.ts'
import { Visitor } from '../sandbox/visitor.ts'
import { inLanes } from '../support/crowd.ts'
import { until } from '../../dev/demo/until.ts'

/** One of very many integrations. */
export interface Ship {
  readonly organizationId: string
  readonly integrationId: string
  readonly account: string
}

/** Many integrations of a running stack, and what can be seen of them all at once. */
export interface Fleet {
  readonly ships: readonly Ship[]
  readonly client: Client
  /** How many the provider was seen to have an active hook for, since this moment. */
  readonly seenSince: (moment: Date) => Promise<number>
  /** The e-mails of all prospects. */
  readonly prospects: () => Promise<string[]>
  readonly close: () => Promise<void>
}

/** How many there are to be, and how often their owners look; left out, as often as is specified. */
export interface FleetPlan {
  readonly count: number
  readonly pace?: Pace
}

/** Ten people each: a few large tenants would share their rows' locks. */
const CREW = 10
/** A thousand take minutes on two cores that others use, too. */
const LIVE_WITHIN_MS = 900_000

/**
 * Promises that many live integrations. Consent is given at the sandbox and put into the rows
 * without a popup; whatever follows is the shipped owner's own work: account, hook, first sync.
 */
export async function launch(stack: Stack, { count, pace }: FleetPlan): Promise<Fleet> {
  const { app, owner: ownerUrl } = stack.urls.database
  const connection = await Connection.connect({ address: stack.urls.temporal })
  const client = new Client({ connection })
  const keyRing = parseKeyRing(stack.secrets.ENCRYPTION_KEYS)
  const database = await openDatabase({ url: app, keyRing })
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 1 })
  const close = async (): Promise<void> => {
    await Promise.all([database.close(), owner.end(), connection.close()])
  }
  const { nudgeOwner } = createStarter(client, pace)
  const visitor = new Visitor({ url: stack.urls.sandbox, port: 0, close: async () => {} })
  const began = new Date()
  const seenSince = async (moment: Date): Promise<number> => {
    const { rows } = await owner.query<{ seen: number }>(
      `select count(*)::int as seen from integration
       where status = 'live' and webhook_active and checked_at >= $1`,
      [moment],
    )
    return rows[0]?.seen ?? 0
  }
  const before = await seenSince(new Date(0))
  const ships = await inLanes(Array.from({ length: count }), async (_, at) => {
    const ship = await seed({ database, visitor }, at)
    await nudgeOwner({ ...ship, provider: 'calendly' })
    return ship
  })
  const { seen, isGood } = await until(
    () => seenSince(new Date(0)),
    (live) => live >= before + count,
    LIVE_WITHIN_MS,
  )
  if (!isGood) throw new Error(`${seen - before} of ${count} live since ${began.toISOString()}`)
  return {
    ships,
    client,
    seenSince,
    prospects: async () =>
      (await owner.query<{ email: string }>('select email from prospect')).rows.map(
        ({ email }) => email,
      ),
    close,
  }
}

interface Yard {
  readonly database: Database
  readonly visitor: Visitor
}

/** The rows of a consent just given, before any owner has seen them. */
async function seed({ database, visitor }: Yard, at: number): Promise<Ship> {
  const account = `ship-${at}@fleet.test`
  await visitor.control('/calendly/users', { email: account, name: `Ship ${at}` })
  const granted = await visitor.connect(account)
  const identity = await database.directory.resolveIdentity({
    organization: `fleet-${Math.floor(at / CREW)}`,
    subject: `ship-${at}`,
    role: 'member',
    name: `Ship ${at}`,
  })
  if (identity === 'otherOrganization') throw new Error('the subject is taken')
  const { organizationId, userId } = identity
  const integrationId = await database.withTenant(organizationId, async (tx) => {
    const id = await findOrCreateForConnect(tx, { provider: 'calendly', scope: 'user', userId })
    const tokens = {
      accessToken: granted.access_token,
      refreshToken: granted.refresh_token,
      expiresInSeconds: granted.expires_in,
      scope: granted.scope,
      ownerUri: granted.owner,
      organizationUri: granted.organization,
    }
    await storeIncoming(tx, { integrationId: id, tokens, now: Date.now() })
    await want(tx, { integrationId: id, wanted: 'connected' })
    return id
  })
  return { organizationId, integrationId, account }
}
