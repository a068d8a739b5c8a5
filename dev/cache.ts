import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isAlive } from './processes.ts'

/** Where downloaded and built servers are kept for all stacks of this user. */
export function cacheDirectory(): string {
  const own = process.env['RENDEZVOUS_CACHE']
  if (own !== undefined && own !== '') return own
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rendezvous')
}

/**
 * Promises the cached file or folder `name`, made once by `make` in a workshop beside it and moved
 * into place whole: two processes that start at once make it once, and a killed one leaves no half.
 */
export async function cached(
  name: string,
  make: (workshop: string) => Promise<string>,
): Promise<string> {
  const place = join(cacheDirectory(), name)
  if (await exists(place)) return place
  await mkdir(cacheDirectory(), { recursive: true })
  return withLock(`${place}.lock`, async () => {
    if (await exists(place)) return place
    const workshop = `${place}.${process.pid}.making`
    await mkdir(workshop, { recursive: true })
    try {
      await rename(await make(workshop), place)
    } finally {
      await rm(workshop, { recursive: true, force: true })
    }
    return place
  })
}

/** Promises whether there is anything at this path. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Promises to run `work` while no other process of this machine runs it under the same lock. */
export async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  while (!(await take(lock))) {
    await dropIfDead(lock)
    // Half a second is short beside a build of minutes, and the only cost of waiting.
    await pause(500)
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

const take = (lock: string): Promise<boolean> =>
  writeFile(lock, String(process.pid), { flag: 'wx' }).then(
    () => true,
    () => false,
  )

async function dropIfDead(lock: string): Promise<void> {
  const holder = await readFile(lock, 'utf8').catch(() => '')
  // An empty lock is one being written this very moment.
  if (holder !== '' && !isAlive(Number(holder))) await rm(lock, { force: true })
}
