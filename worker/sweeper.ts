import { setTimeout as pause } from 'node:timers/promises'
import { expirePackage } from '../db/credit-entries.ts'
import { tryAgain } from '../db/parked.ts'
import { type CensusDeps, createCensus } from './census.ts'
import { createForgetting } from './forgetting.ts'
import { createMover } from './mover.ts'
import { createSuspicion } from './suspicion.ts'
import { createWaker } from './waker.ts'

/** What the sweeper needs of the world. */
export interface SweeperDeps extends CensusDeps {
  /** Where the ingress is reached now. */
  readonly apiUrl: string
  readonly everyMs: number
}

/** What waits for a fact is tried again hourly, should its wake-up have been missed. */
const PARKED_FOR_MS = 60 * 60_000

/** A thousand at a time, so that one look is one short query. */
const PAGE = 1_000

/** Wakes, starts and ends owners, tries again what is parked and purges what has expired, until stopped. */
export async function runSweeper(deps: SweeperDeps, signal: AbortSignal): Promise<void> {
  const owners = {
    wake: createWaker(deps),
    takeCensus: createCensus(deps),
    move: createMover(deps),
    forget: createForgetting(deps),
    suspect: createSuspicion(deps),
  }
  while (!signal.aborted) {
    await sweep(deps, owners)
    await pause(deps.everyMs, undefined, { signal }).catch(() => undefined)
  }
}

interface OwnersKept {
  readonly wake: (now: number) => Promise<void>
  readonly takeCensus: (now: number) => Promise<void>
  readonly move: (now: number) => Promise<void>
  readonly forget: () => Promise<void>
  readonly suspect: (now: number) => Promise<void>
}

async function sweep(
  deps: SweeperDeps,
  { wake, takeCensus, move, suspect, forget }: OwnersKept,
): Promise<void> {
  const steps = [
    () => wake(Date.now()),
    () => suspect(Date.now()),
    () => releaseStrays(deps),
    () => retryParked(deps),
    () => expirePackages(deps),
    () => purge(deps),
    forget,
    () => move(Date.now()),
    () => takeCensus(Date.now()),
  ]
  // Secrets go when their time has come, also while Temporal is away and nobody can be woken.
  for (const step of steps)
    await step().catch((error: unknown) =>
      deps.log.warn({ kind: error instanceof Error ? error.name : 'unknown' }, 'sweep failed'),
    )
}

/** What need not be kept any longer goes in portions, so that no lock is held for long. */
async function purge({ database, log }: SweeperDeps): Promise<void> {
  let gone = 0
  for (let portion = PAGE; portion > 0; gone += portion)
    portion = await database.directory.purgeExpired(PAGE)
  for (let portion = PAGE; portion > 0; gone += portion)
    portion = await database.directory.purgeHookTasks(PAGE)
  for (let portion = PAGE; portion > 0; gone += portion)
    portion = await database.directory.purgeKeys(PAGE)
  if (gone > 0) log.info({ gone }, 'sweep purged what had expired')
}

async function releaseStrays({ database, log }: SweeperDeps): Promise<void> {
  const released = await database.directory.releaseStrays(PAGE)
  if (released > 0) log.info({ released }, 'sweep released what was held after a resume')
}

/** Each in its own transaction: one that fails holds up no other tenant's. */
async function expirePackages({ database, log }: SweeperDeps): Promise<void> {
  const due = await database.directory.packagesToExpire(PAGE)
  for (const { organizationId, packageId } of due)
    await database.withTenant(organizationId, (tx) => expirePackage(tx, packageId))
  if (due.length > 0) log.info({ packages: due.length }, 'sweep expired packages')
}

async function retryParked({ database, log }: SweeperDeps): Promise<void> {
  const parked = await database.directory.parkedToRetry({ olderThanMs: PARKED_FOR_MS, limit: PAGE })
  for (const { organizationId, ...item } of parked)
    await database.withTenant(organizationId, (tx) => tryAgain(tx, item))
  if (parked.length > 0) log.info({ parked: parked.length }, 'sweep tried parked events again')
}
