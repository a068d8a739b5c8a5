import { randomBytes } from 'node:crypto'
import { chmodSync } from 'node:fs'
import pg from 'pg'
import { migrate } from '../../db/migrate.ts'
import type { Postgres } from '../../dev/postgres.ts'
import { ensureDatabase, startPostgres } from '../../dev/postgres.ts'
import { atTheEnd, ledger, runDirectory } from './ending.ts'
import { freePort } from './ports.ts'

/** A database of one test file, migrated and empty. */
export interface TestDatabase {
  readonly name: string
  /** For migrations, and for looking behind row security in an assertion. */
  readonly ownerUrl: string
  readonly appUrl: string
  readonly ingressUrl: string
  /** Promises that it is gone, whoever is still connected. */
  readonly drop: () => Promise<void>
}

const TEMPLATE = 'rendezvous_template'
const app = { user: 'rendezvous_app', password: randomBytes(12).toString('hex') }
const ingress = { user: 'rendezvous_ingress', password: randomBytes(12).toString('hex') }
let cluster: Promise<Postgres> | undefined
let template: Promise<void> | undefined
let made = 0

/** Promises the one PostgreSQL of this run, started by the first file that needs it. */
const postgres = (): Promise<Postgres> => (cluster ??= start())

/** Promises a clone of the migrated template: a few milliseconds instead of all migrations. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await postgres()
  await (template ??= makeTemplate(server))
  return databaseNamed(server, { from: TEMPLATE })
}

/** Promises a database without a single table: for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return databaseNamed(await postgres(), { from: 'template0' })
}

/** Promises the URLs under which the roles reach a database of this run's PostgreSQL. */
const urlsOf = (server: Postgres, name: string) => ({
  ownerUrl: server.ownerUrl(name),
  appUrl: server.url(app, name),
  ingressUrl: server.url(ingress, name),
})

async function start(): Promise<Postgres> {
  // mkdtemp makes a folder for us alone, and the server may run as another user.
  chmodSync(runDirectory, 0o711)
  const server = await startPostgres({
    home: runDirectory,
    port: await freePort(),
    password: randomBytes(12).toString('hex'),
    ledger,
    log: () => {},
  })
  atTheEnd(() => server.child.stop(5_000))
  return server
}

async function makeTemplate(server: Postgres): Promise<void> {
  await ensureDatabase(server, TEMPLATE)
  await migrate(urlsOf(server, TEMPLATE))
}

async function databaseNamed(
  server: Postgres,
  { from }: { readonly from: string },
): Promise<TestDatabase> {
  made += 1
  const name = `test_${made}`
  await asOwner(server, `create database ${name} template ${from}`)
  const drop = (): Promise<void> => asOwner(server, `drop database if exists ${name} with (force)`)
  return { name, ...urlsOf(server, name), drop }
}

async function asOwner(server: Postgres, statement: string): Promise<void> {
  const client = new pg.Client(server.ownerUrl('postgres'))
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
