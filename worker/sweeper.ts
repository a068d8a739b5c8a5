import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../activities/deps.ts'
import type { Database } from '../db/database.ts'
import type { WatchedIntegration } from '../db/directory.ts'
import { tryAgain } from '../db/parked.ts'
import type { Starter } from './starter.ts'

/** What the sweeper needs of the world. */
export interface SweeperDeps {
  readonly database: Pick<Database, 'directory' | 'withTenant'>
  readonly starter: Starter
  readonly log: Log
  readonly everyMs: number
}

/** What waits for a fact is tried again hourly, should its wake-up have been missed. */
const PARKED_FOR_MS = 60 * 60_000

/** A thousand at a time, so that one look is one short query. */
const PAGE = 1_000

/**
 * Wakes the owner of every integration whose row still waits for it, starting those that are
 * gone, until stopped. An owner that runs reads its row and goes back to sleep.
 */
export async function runSweeper(deps: SweeperDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sweep(deps).catch((error: unknown) =>
      deps.log.warn({ kind: error instanceof Error ? error.name : 'unknown' }, 'sweep failed'),
    )
    await pause(deps.everyMs, undefined, { signal }).catch(() => undefined)
  }
}

async function sweep(deps: SweeperDeps): Promise<void> {
  await wakeOwners(deps)
  await retryParked(deps)
  await purge(deps)
}

/** What need not be kept any longer goes in portions, so that no lock is held for long. */
async function purge({ database, log }: SweeperDeps): Promise<void> {
  let gone = 0
  for (let portion = PAGE; portion > 0; gone += portion)
    portion = await database.directory.purgeExpired(PAGE)
  if (gone > 0) log.info({ gone }, 'sweep purged what had expired')
}

async function retryParked({ database, log }: SweeperDeps): Promise<void> {
  const parked = await database.directory.parkedToRetry({ olderThanMs: PARKED_FOR_MS, limit: PAGE })
  for (const { organizationId, ...item } of parked)
    await database.withTenant(organizationId, (tx) => tryAgain(tx, item))
  if (parked.length > 0) log.info({ parked: parked.length }, 'sweep tried parked events again')
}

async function wakeOwners({ database, starter, log }: SweeperDeps): Promise<void> {
  const { directory } = database
  let after: string | null = null
  let woken = 0
  for (;;) {
    const page: readonly WatchedIntegration[] = await directory.integrationsToWatch(after, PAGE)
    for (const row of page.filter(isWaiting)) {
      await starter.nudgeOwner(row)
      woken += 1
    }
    after = page.at(-1)?.integrationId ?? null
    if (page.length < PAGE || after === null) break
  }
  if (woken > 0) log.info({ woken }, 'sweep woke owners')
}

const isWaiting = (row: WatchedIntegration): boolean => row.observedRevision !== row.wantedRevision
