import { spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { chown, mkdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import type { Child } from './child.ts'
import { startChild, untilReady } from './child.ts'
import type { PidLedger } from './pid-ledger.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import type { PostgresUser } from './postgres-user.ts'
import { canUse, OPEN_DIRECTORY, openDirectory, postgresUser } from './postgres-user.ts'
import { gone, signal } from './processes.ts'
import type { Log } from './progress.ts'

/** The role that owns everything; only migrations use it. */
const OWNER = 'rendezvous_owner'

/** What a cluster needs to know. */
export interface PostgresOptions {
  readonly home: string
  readonly port: number
  readonly password: string
  readonly ledger: PidLedger
  readonly log: Log
  /** False for a cluster whose data nobody will miss after a power cut. */
  readonly isDurable?: boolean
}

/** A running cluster. */
export interface Postgres {
  readonly child: Child
  /** A URL of this cluster for a role and a database. */
  readonly url: (role: { user: string; password: string }, database: string) => string
  readonly ownerUrl: (database: string) => string
}

/** Promises a running PostgreSQL on the data of this home, which it makes when there is none. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const user = postgresUser()
  const binaries = await postgresBinaries(user, options.log)
  const directory = await dataDirectory(user, options)
  if (!existsSync(join(directory, 'PG_VERSION')))
    await initialise(directory, { user, binaries, options })
  await endLeftover(directory)
  const child = startChild({
    name: 'postgres',
    executable: binaries.postgres,
    args: ['-D', directory, ...serverFlags(options)],
    env: { ...process.env, LC_ALL: 'C' },
    logFile: join(options.home, 'logs', 'postgres.log'),
    ledger: options.ledger,
    // SIGTERM would wait for every client to leave by itself.
    politely: 'SIGINT',
    ...(user.ids === undefined ? {} : { user: user.ids }),
  })
  const url: Postgres['url'] = (role, database) =>
    `postgres://${role.user}:${role.password}@127.0.0.1:${options.port}/${database}`
  const ownerUrl = (database: string): string =>
    url({ user: OWNER, password: options.password }, database)
  await untilReady(child, () => answers(ownerUrl('postgres')))
  return { child, url, ownerUrl }
}

/** Promises that there is a database of this name. */
export async function ensureDatabase(postgres: Postgres, name: string): Promise<void> {
  const client = new pg.Client(postgres.ownerUrl('postgres'))
  await client.connect()
  try {
    const found = await client.query('select from pg_database where datname = $1', [name])
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}

function serverFlags({ port, isDurable = true }: PostgresOptions): string[] {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '128MB',
    synchronous_commit: 'on',
    fsync: isDurable ? 'on' : 'off',
    // A fresh database has no statistics, and plans made without them are bad ones: get them soon.
    autovacuum_naptime: '5s',
    log_min_messages: 'warning',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** The folder in the home, or, where its user can't reach that, one under a path open to all. */
async function dataDirectory(user: PostgresUser, { home, log }: PostgresOptions): Promise<string> {
  const inHome = join(resolve(home), 'postgres')
  await mkdir(inHome, { recursive: true, mode: 0o700 })
  if (user.ids === undefined) return inHome
  await chown(inHome, user.ids.uid, user.ids.gid)
  if (canUse(user, '-w', inHome)) return inHome
  const mark = createHash('sha256').update(resolve(home)).digest('hex').slice(0, 12)
  const inTheOpen = join(OPEN_DIRECTORY, `data-${mark}`)
  log(`PostgreSQL runs as ${user.name}, who can't reach ${inHome}: its data are in ${inTheOpen}`)
  await openDirectory()
  await mkdir(inTheOpen, { recursive: true, mode: 0o700 })
  await chown(inTheOpen, user.ids.uid, user.ids.gid)
  return inTheOpen
}

interface Initialising {
  readonly user: PostgresUser
  readonly binaries: PostgresBinaries
  readonly options: PostgresOptions
}

/** Sorting and case mapping come with PostgreSQL itself, so they are the same on every machine. */
async function initialise(directory: string, of: Initialising): Promise<void> {
  // Another user may be unable to enter our home; `wx` keeps a planted link from being followed.
  const place = join(tmpdir(), `rendezvous-${randomUUID()}`)
  await writeFile(place, of.options.password, { mode: 0o600, flag: 'wx' })
  if (of.user.ids !== undefined) await chown(place, of.user.ids.uid, of.user.ids.gid)
  try {
    const constant = '--auth=scram-sha-256 --encoding=UTF8 --no-instructions'
    const collation = '--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8'
    const sync = of.options.isDurable === false ? ['--no-sync'] : []
    const flags = [...constant.split(' '), ...collation.split(' '), ...sync]
    const own = ['-D', directory, '-U', OWNER, `--pwfile=${place}`]
    const made = spawnSync(of.binaries.initdb, [...own, ...flags], {
      ...of.user.ids,
      cwd: '/',
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    })
    if (made.status === 0) return
    await rm(directory, { recursive: true, force: true })
    throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`)
  } finally {
    await unlink(place)
  }
}

/** After a crash of ours the old server may still hold the data, or its id belong to a stranger. */
async function endLeftover(directory: string): Promise<void> {
  const file = join(directory, 'postmaster.pid')
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0])
  if (!(pid > 0)) return
  if (isPostgresOn(pid, directory)) {
    signal(pid, 'SIGINT')
    if (await gone(pid, 10_000)) return
    throw new Error(`another PostgreSQL (${pid}) holds ${directory} and does not end`)
  }
  await rm(file, { force: true })
}

function isPostgresOn(pid: number, directory: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(directory)
  } catch {
    // Without /proc PostgreSQL's own check decides.
    return false
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } finally {
    await client.end()
  }
}
