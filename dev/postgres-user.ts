import { spawnSync } from 'node:child_process'
import { chmod, mkdir } from 'node:fs/promises'

/** The system user PostgreSQL runs as: ours, or, as it refuses root, another one. */
export interface PostgresUser {
  readonly name: string
  /** Set when it is not ours. */
  readonly ids?: { readonly uid: number; readonly gid: number }
}

/** Where a user without access to our folders can be served. */
export const OPEN_DIRECTORY = '/var/tmp/rendezvous'

/** Finds the user, and makes it when we are root and there is none. */
export function postgresUser(): PostgresUser {
  if (process.getuid?.() !== 0) return { name: 'this user' }
  const ids = idsOf('postgres') ?? make('postgres') ?? idsOf('nobody')
  if (ids === undefined) {
    throw new Error('PostgreSQL refuses to run as root: make a system user named postgres')
  }
  return { name: 'postgres', ids }
}

/** Whether the user can do that (`-x`, `-w`, …, as in test(1)) with the path. */
export function canUse({ ids }: PostgresUser, may: `-${string}`, path: string): boolean {
  return spawnSync('test', [may, path], { cwd: '/', ...ids }).status === 0
}

/** Promises the open directory; its parent's sticky bit keeps others from replacing it. */
export async function openDirectory(): Promise<void> {
  await mkdir(OPEN_DIRECTORY, { recursive: true })
  await chmod(OPEN_DIRECTORY, 0o755)
}

function make(name: string): PostgresUser['ids'] {
  spawnSync('groupadd', ['--system', name])
  spawnSync('useradd', ['--system', '--gid', name, '--no-create-home', name])
  return idsOf(name)
}

function idsOf(name: string): PostgresUser['ids'] {
  const [uid, gid] = ['-u', '-g'].map((what) => {
    const said = spawnSync('id', [what, name], { encoding: 'utf8' })
    return said.status === 0 ? Number(said.stdout) : undefined
  })
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}
