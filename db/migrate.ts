import { Kysely, PostgresDialect } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import pg from 'pg'
import * as foundation from './migrations/0001-foundation.ts'
import * as integrations from './migrations/0002-integrations.ts'
import * as bookings from './migrations/0003-bookings.ts'
import * as ingress from './migrations/0004-ingress.ts'
import * as counters from './migrations/0005-ingress-counters.ts'
import * as directory from './migrations/0006-directory.ts'
import * as bookingFunctions from './migrations/0007-booking-functions.ts'
import * as upkeep from './migrations/0008-upkeep.ts'
import * as debts from './migrations/0009-debts.ts'
import * as gaps from './migrations/0010-gaps.ts'
import * as hookTasks from './migrations/0011-hook-tasks.ts'
import * as sessions from './migrations/0012-sessions.ts'
import * as credits from './migrations/0012-sessions-credits.ts'
import * as keys from './migrations/0013-keys.ts'
import * as pressure from './migrations/0014-pressure.ts'
import * as privacy from './migrations/0015-privacy.ts'
import * as acceptance from './migrations/0016-acceptance.ts'
import * as namelessMail from './migrations/0017-nameless-mail.ts'
import * as forgetting from './migrations/0018-forgetting.ts'
import { ensureRoles } from './roles.ts'

/** What a migration needs: the owner's URL, and those whose roles and passwords it sets. */
export interface MigrationUrls {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly ingressUrl: string
  readonly log?: (line: string) => void
}

const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-foundation': foundation,
  '0002-integrations': integrations,
  '0003-bookings': bookings,
  '0004-ingress': ingress,
  '0005-ingress-counters': counters,
  '0006-directory': directory,
  '0007-booking-functions': bookingFunctions,
  '0008-upkeep': upkeep,
  '0009-debts': debts,
  '0010-gaps': gaps,
  '0011-hook-tasks': hookTasks,
  '0012-sessions': sessions,
  '0012-sessions-credits': credits,
  '0013-keys': keys,
  '0014-pressure': pressure,
  '0015-privacy': privacy,
  '0016-acceptance': acceptance,
  '0017-nameless-mail': namelessMail,
  '0018-forgetting': forgetting,
}

/** The newest migration this build knows; told by the health route beside the revision. */
export const LATEST_MIGRATION = Object.keys(MIGRATIONS).at(-1) ?? ''

/**
 * Brings the database to this build's schema and makes the roles of app and ingress. Running it
 * again changes nothing; two at once wait for each other; a failed migration leaves no trace.
 */
export async function migrate({ log, ...urls }: MigrationUrls): Promise<void> {
  const owner = new pg.Client({ connectionString: urls.ownerUrl })
  await owner.connect()
  try {
    await ensureRoles(owner, urls)
  } finally {
    await owner.end()
  }
  const pool = new pg.Pool({ connectionString: urls.ownerUrl, max: 2 })
  // A server that ends a connection we are about to close is nobody's crash.
  pool.on('connect', (client) => void client.on('error', () => {}))
  pool.on('error', () => {})
  const db = new Kysely<never>({ dialect: new PostgresDialect({ pool }) })
  try {
    // Kysely holds an advisory lock for the whole run, which is one transaction.
    const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
    const { error, results = [] } = await migrator.migrateToLatest()
    for (const { migrationName, status } of results) log?.(`migration ${migrationName}: ${status}`)
    if (error !== undefined)
      throw error instanceof Error ? error : new Error('a migration failed', { cause: error })
  } finally {
    await db.destroy()
  }
}
