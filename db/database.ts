import { Kysely, PostgresDialect, sql } from 'kysely'
import { createDirectory, type Directory } from './directory.ts'
import { named } from './errors.ts'
import { isId } from './ids.ts'
import type { KeyRing } from './key-ring.ts'
import { createNotifier, type OutboxHeard } from './notifier.ts'
import { writeOutbox } from './outbox.ts'
import { createOutboxReader } from './outbox-reader.ts'
import { PREPARED } from './prepared.ts'
import { createPool, refuseMissingKeys, refuseUnsafe } from './pool.ts'
import { createResealer, type Resealed } from './resealing.ts'
import type { Schema } from './schema.ts'
import type { Emission, TenantTx } from './tenant.ts'
import { UNAWAITED } from './unawaited.ts'

export type { TenantTx } from './tenant.ts'

/** The database as api and worker see it: one organization at a time, or ids across them. */
export interface Database {
  /** Runs `work` in one transaction that sees only this organization; commits what it emitted. */
  readonly withTenant: <T>(organizationId: string, work: TenantWork<T>) => Promise<T>
  readonly directory: Directory
  /** One pass that seals everything under the first key of the ring. */
  readonly reseal: () => Promise<Resealed>
  /** The changes of one organization after a number, in one round trip. */
  readonly outboxSince: ReturnType<typeof createOutboxReader>
  /** Hears at once of what this process commits to an outbox; other processes tell by NOTIFY. */
  readonly onOutbox: (heard: OutboxHeard) => void
  /** Throws DatabaseUnavailable when nothing can be stored now. */
  readonly ping: () => Promise<void>
  readonly close: () => Promise<void>
}

type TenantWork<T> = (tx: TenantTx) => Promise<T>

interface DatabaseOptions {
  readonly url: string
  readonly keyRing: KeyRing
  readonly poolSize?: number
}

/** Opens the database, unless its role or its key ring is not safe to run with. */
export async function openDatabase({ url, keyRing, poolSize = 10 }: DatabaseOptions) {
  const pool = createPool(url, poolSize)
  try {
    await refuseUnsafe(pool, keyRing)
    await refuseMissingKeys(pool, keyRing)
  } catch (error) {
    await pool.end()
    throw error
  }
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  const notifier = createNotifier(pool)
  const withTenant: Database['withTenant'] = async (organizationId, work) => {
    try {
      const { result, written } = await inTenant({ db, keyRing, organizationId }, work)
      notifier.notify(organizationId, written())
      return result
    } catch (error) {
      throw named(error)
    }
  }
  const database: Database = {
    withTenant,
    directory: createDirectory(pool),
    reseal: createResealer({ pool, keyRing, withTenant }),
    onOutbox: notifier.onLocal,
    outboxSince: createOutboxReader(pool),
    ping: async () => {
      try {
        await pool.query('select 1')
      } catch (error) {
        throw named(error)
      }
    },
    close: async () => {
      await notifier.flush()
      await db.destroy()
      // Kysely ends the pool only if it was ever used through it.
      if (!pool.ended) await pool.end()
    },
  }
  return database
}

interface Tenant {
  readonly db: Kysely<Schema>
  readonly keyRing: KeyRing
  readonly organizationId: string
}

/**
 * Long enough for a page of a sync, short enough that a stuck one frees its locks; set inside
 * the transaction, so that a transaction pooler may stand between.
 */
const TIMEOUTS = { statement: '10s', lock: '5s', idle: '15s' } as const

async function inTenant<T>({ db, keyRing, organizationId }: Tenant, work: TenantWork<T>) {
  if (!isId(organizationId)) throw new Error('withTenant needs the id of an organization')
  return db.transaction().execute(async (trx) => {
    await sql`${PREPARED}${UNAWAITED} select set_config('app.organization', ${organizationId}, true),
      set_config('statement_timeout', ${TIMEOUTS.statement}, true),
      set_config('lock_timeout', ${TIMEOUTS.lock}, true),
      set_config('idle_in_transaction_session_timeout', ${TIMEOUTS.idle}, true)`.execute(trx)
    const emissions: Emission[] = []
    const emit: TenantTx['emit'] = (event, payload, audience) =>
      void emissions.push({ event, payload, audience })
    const result = await work({ organizationId, trx, keyRing, emit })
    // Last before commit: the counter's row is locked for as short as can be.
    const written = await writeOutbox(trx, organizationId, emissions)
    return { result, written }
  })
}
