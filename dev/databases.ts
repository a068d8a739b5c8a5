import { migrate } from '../db/migrate.ts'
import type { Child } from './child.ts'
import type { Postgres, PostgresOptions } from './postgres.ts'
import { ensureDatabase, startPostgres } from './postgres.ts'
import type { Log } from './progress.ts'
import type { Secrets } from './secrets.ts'

/** The name of the database in an embedded PostgreSQL. */
const DATABASE = 'rendezvous'

/** Where the roles of a stack find their database. */
export interface DatabaseUrls {
  /** Absent where a person gave only what the processes need: then nothing is migrated. */
  readonly owner?: string
  readonly app: string
  readonly ingress: string
}

/** Promises an embedded PostgreSQL with the stack's database in it. */
export async function startEmbedded(
  options: PostgresOptions,
): Promise<{ child: Child; postgres: Postgres }> {
  const postgres = await startPostgres(options)
  await ensureDatabase(postgres, DATABASE)
  return { child: postgres.child, postgres }
}

/** The URLs of the roles in an embedded PostgreSQL. */
export const embeddedUrls = (port: number, secrets: Secrets): Required<DatabaseUrls> => {
  const of = (user: string, password: string): string =>
    `postgres://${user}:${password}@127.0.0.1:${port}/${DATABASE}`
  return {
    owner: of('rendezvous_owner', secrets.ownerPassword),
    app: of('rendezvous_app', secrets.appPassword),
    ingress: of('rendezvous_ingress', secrets.ingressPassword),
  }
}

/** The URLs a person gave, or nothing when PostgreSQL is to be embedded. */
export function chosenUrls(
  chosen: Readonly<Record<string, string | undefined>>,
): DatabaseUrls | undefined {
  const app = chosen['DATABASE_URL']
  if (app === undefined) return undefined
  const ingress = chosen['DATABASE_INGRESS_URL']
  if (ingress === undefined) throw new Error('DATABASE_URL is set: set DATABASE_INGRESS_URL too')
  const owner = chosen['DATABASE_OWNER_URL']
  return { app, ingress, ...(owner === undefined ? {} : { owner }) }
}

/** Promises that the database has this build's schema, where we were given its owner. */
export async function bringUpToDate(urls: DatabaseUrls, log: Log): Promise<void> {
  if (urls.owner === undefined) {
    log('database: DATABASE_OWNER_URL is not set, so nothing is migrated')
    return
  }
  await migrate({ ownerUrl: urls.owner, appUrl: urls.app, ingressUrl: urls.ingress, log })
}
