import { recordAudit } from '../db/audit.ts'
import type { Database } from '../db/database.ts'
import type { OwnedIntegration, WatchedIntegration } from '../db/directory.ts'
import type { Owners, RunningOwner } from './owners.ts'
import type { WakerDeps } from './waker.ts'
import { watchedIntegrations } from './watched-integrations.ts'
import { eachAlone } from './each-alone.ts'

/** What comparing rows with owners needs of the world. */
export interface CensusDeps extends WakerDeps {
  readonly database: Pick<Database, 'directory' | 'withTenant'>
  readonly owners: Owners
}

/** Listing every owner is work for Temporal; nobody waits for what is found. */
const EVERY_MS = 10 * 60_000
/** After an outage all owners may be gone: a few at a time leave Temporal room for bookings. */
const STARTED_AT_ONCE = 200
/** A mistake of ours, like a worker beside the wrong database, must not end everything at once. */
const ENDED_AT_ONCE = 50
/** A row is committed long before its owner starts; younger ones are not even looked up. */
const OLD_ENOUGH_MS = 10 * 60_000
/** As many ids as fit into one short query. */
const LOOKED_UP_AT_ONCE = 1_000

/**
 * Compares, every ten minutes, the rows with the owners that run: starts an owner wherever one is
 * needed and none lives, however it ended, and ends those whose row is gone or long closed.
 */
export function createCensus(deps: CensusDeps): (now: number) => Promise<void> {
  let due = 0
  return async function takeCensus(now) {
    if (now < due) return
    const running = new Map<string, RunningOwner>()
    for await (const owner of deps.owners.running()) running.set(owner.integrationId, owner)
    // Only once Temporal has answered: after an outage nobody waits for the next one.
    due = now + EVERY_MS
    const started = await startMissing(deps, running)
    const ended = await endNeedless(deps, [...running.values()].filter(isOld(now)))
    if (started + ended > 0) deps.log.warn({ started, ended }, 'census corrected owners')
  }
}

const isOld =
  (now: number) =>
  ({ since }: RunningOwner): boolean =>
    now - since.getTime() > OLD_ENOUGH_MS

async function startMissing(
  { database, starter }: CensusDeps,
  running: ReadonlyMap<string, RunningOwner>,
): Promise<number> {
  const missing: WatchedIntegration[] = []
  for await (const row of watchedIntegrations(database.directory)) {
    if (running.has(row.integrationId) || !needsOwner(row)) continue
    missing.push(row)
    if (missing.length === STARTED_AT_ONCE) break
  }
  // Where visibility is late and one runs after all, this only makes it look at its row.
  return eachAlone(missing, (row) => starter.nudgeOwner(row))
}

const needsOwner = (row: WatchedIntegration): boolean =>
  row.wanted !== 'disconnected' || row.observedRevision !== row.wantedRevision || row.openDebts > 0

async function endNeedless(deps: CensusDeps, owners: readonly RunningOwner[]): Promise<number> {
  const { directory } = deps.database
  let ended = 0
  for (let from = 0; from < owners.length; from += LOOKED_UP_AT_ONCE) {
    const ids = owners.slice(from, from + LOOKED_UP_AT_ONCE).map((owner) => owner.integrationId)
    const rows = new Map(
      (await directory.integrationsOwned(ids)).map((row) => [row.integrationId, row]),
    )
    for (const integrationId of ids) {
      const row = rows.get(integrationId)
      if (row !== undefined && !row.isOver) continue
      if (ended === ENDED_AT_ONCE) return ended
      await endOwner(deps, integrationId, row)
      ended += 1
    }
  }
  return ended
}

async function endOwner(
  { database, owners, log }: CensusDeps,
  integrationId: string,
  row: OwnedIntegration | undefined,
): Promise<void> {
  const why = row === undefined ? 'its integration no longer exists' : 'its integration is closed'
  await owners.end(integrationId, why)
  log.warn({ integrationId, why }, 'an owner was ended')
  // Without a row there is no organization whose audit could tell it.
  if (row === undefined) return
  await database.withTenant(row.organizationId, (tx) =>
    recordAudit(tx, {
      actorUserId: null,
      action: 'integration.ownerEnded',
      subject: `integration/${integrationId}`,
      detail: { why },
    }),
  )
}
