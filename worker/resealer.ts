import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import type { WakerDeps } from './waker.ts'

/** What the resealer needs of the world. */
export interface ResealerDeps {
  readonly database: Pick<Database, 'reseal'>
  readonly log: WakerDeps['log']
  /** Hourly: a process that still has the old order of keys may have sealed something by it. */
  readonly everyMs: number
}

/**
 * Seals everything under the first key of the ring, at the start and then from time to time, until
 * stopped. Says when all is done: only then may an old key leave the ring.
 */
export async function runResealer(
  { database, log, everyMs }: ResealerDeps,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await resealOnce(database, log).catch((error: unknown) =>
      log.warn({ kind: error instanceof Error ? error.name : 'unknown' }, 'resealing failed'),
    )
    await pause(everyMs, undefined, { signal }).catch(() => undefined)
  }
}

async function resealOnce(
  database: ResealerDeps['database'],
  log: ResealerDeps['log'],
): Promise<void> {
  const { resealed, broken, isDone } = await database.reseal()
  if (broken > 0) log.warn({ broken }, 'sealed values that no key opens')
  if (resealed > 0) log.info({ resealed, isDone }, 'values sealed under the first key')
}
