import type { Log } from '../activities/deps.ts'
import type { Database } from '../db/database.ts'
import type { WatchedIntegration } from '../db/directory.ts'
import type { Starter } from './starter.ts'
import { watchedIntegrations } from './watched-integrations.ts'
import { eachAlone } from './each-alone.ts'

/** What waking owners needs of the world. */
export interface WakerDeps {
  readonly database: Pick<Database, 'directory'>
  readonly starter: Starter
  readonly log: Log
}

/** An owner told so lately knows; each signal more only makes its history longer. */
const WAITING_AGAIN_MS = 10 * 60_000
/** A healthy owner looks at its provider every hour, so twice that means that it is gone. */
const STILL_AFTER_MS = 2 * 60 * 60_000
/** After a long outage every owner seems still: a few at a time leave Temporal room for bookings. */
const STILL_AT_ONCE = 200

/**
 * Wakes, at each call, the owner of every integration whose row waits for it, and some of those
 * that have not looked for long, starting the ones that are gone. One that runs reads its row and
 * goes back to sleep.
 */
export function createWaker(deps: WakerDeps): (now: number) => Promise<void> {
  const { database, starter, log } = deps
  let told = new Map<string, number>()
  let stillAfter = ''

  return async function wake(now) {
    const remembered = new Map<string, number>()
    const waiting: WatchedIntegration[] = []
    const still: WatchedIntegration[] = []
    for await (const row of watchedIntegrations(database.directory)) {
      const isWaiting = row.observedRevision !== row.wantedRevision
      if (!isWaiting && !isStill(row, now)) continue
      const at = told.get(keyOf(row))
      if (at !== undefined) remembered.set(keyOf(row), at)
      const isToldLately =
        at !== undefined && now - at < (isWaiting ? WAITING_AGAIN_MS : STILL_AFTER_MS)
      if (!isToldLately) (isWaiting ? waiting : still).push(row)
    }
    // Whoever needs nothing any more is forgotten.
    told = remembered
    const next = still.filter(({ integrationId }) => integrationId > stillAfter)
    const turn = (next.length > 0 ? next : still).slice(0, STILL_AT_ONCE)
    const woken = await eachAlone([...waiting, ...turn], async (row) => {
      await starter.nudgeOwner(row)
      told.set(keyOf(row), now)
    })
    stillAfter = turn.at(-1)?.integrationId ?? ''
    if (woken > 0) log.info({ woken, still: turn.length }, 'sweep woke owners')
  }
}

/** A newer wish is news, however lately its owner was told of an older one. */
const keyOf = ({ integrationId, wantedRevision }: WatchedIntegration): string =>
  `${integrationId}/${wantedRevision}`

const isStill = ({ wanted, checkedAt }: WatchedIntegration, now: number): boolean =>
  wanted !== 'disconnected' && (checkedAt === null || now - checkedAt.getTime() > STILL_AFTER_MS)
