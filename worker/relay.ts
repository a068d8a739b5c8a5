import { setTimeout as pause } from 'node:timers/promises'
import type { Directory, UnstartedOperation } from '../db/directory.ts'
import { BURST_SIZE, type EventInput } from '../workflows/contract.ts'
import type { Log } from '../activities/deps.ts'
import { eachAlone } from './each-alone.ts'
import type { Starter } from './starter.ts'

/** What the relay needs of the world. */
export interface RelayDeps {
  readonly directory: Directory
  readonly starter: Starter
  /** Notes that Temporal has an operation, so that it is not found again. */
  readonly noteStarted: (operation: UnstartedOperation) => Promise<void>
  readonly log: Log
}

/** A hundred milliseconds of idling cost one indexed look each and bound a backlog's delay. */
const TICK_MS = 100
/** The api starts what it claimed at once; after this long it has died or Temporal was away. */
const FORGOTTEN_AFTER_MS = 5_000
/** Looks for forgotten rows are rarer: they need a wider index range. */
const FORGOTTEN_EVERY_MS = 1_000
/** A single event has its own workflow; from here on they share one. */
const BURST_FROM = 5
/** More bursts at once than this only queue on the database. */
const BURSTS_IN_FLIGHT = 3
/**
 * While deliveries pour in, accepting them comes first: a provider that waits too long gives a
 * hook up, and what is accepted can wait. No longer than this: then both share the machine.
 */
const STAND_BACK_MS = 2_000
/** What came this long ago and is untaken says that more is coming. */
const POURING_MS = 50
/** Temporal is away or overloaded: leave it alone for a moment. */
const REST_MS = 1_000

/**
 * Starts what nobody else started, until stopped: events left over under load, events and
 * operations whose start was lost. The rows are the truth; starting twice is harmless.
 */
export async function runRelay(deps: RelayDeps, signal: AbortSignal): Promise<void> {
  const bursts = new Set<Promise<void>>()
  let lookForForgotten = 0
  /** Since when a backlog grows faster than it is taken; once per backlog, however long it lasts. */
  let crowdSince: number | undefined
  let isPouring = false
  const standsBack = (): boolean =>
    isPouring && crowdSince !== undefined && performance.now() < crowdSince + STAND_BACK_MS
  while (!signal.aborted) {
    try {
      const mayTake = bursts.size < BURSTS_IN_FLIGHT && !standsBack()
      const took = mayTake ? await takeBacklog(deps, bursts) : 0
      if (Date.now() >= lookForForgotten) {
        lookForForgotten = Date.now() + FORGOTTEN_EVERY_MS
        // One of them that can't be started must not slow the backlog down.
        await startForgotten(deps).catch((error: unknown) =>
          deps.log.warn({ kind: error instanceof Error ? error.name : 'unknown' }, 'not started'),
        )
      }
      const isFull = took === BURST_SIZE
      if (mayTake && !isFull) crowdSince = undefined
      isPouring = (isFull || isPouring) && (await deps.directory.isPouringIn(POURING_MS))
      if (isPouring && isFull) crowdSince ??= performance.now()
      if (isFull && !standsBack()) continue
      await rest(TICK_MS, signal)
    } catch (error) {
      deps.log.warn({ kind: error instanceof Error ? error.name : 'unknown' }, 'relay rests')
      await rest(REST_MS, signal)
    }
  }
  await Promise.allSettled(bursts)
}

async function takeBacklog(
  { directory, starter, log }: RelayDeps,
  bursts: Set<Promise<void>>,
): Promise<number> {
  const events = await directory.claimBacklog(BURST_SIZE)
  if (events.length < BURST_FROM) {
    await Promise.all(events.map((event) => starter.startEvent(event)))
    return events.length
  }
  const burst = starter.runBurst(events).then(
    () => void bursts.delete(burst),
    () => {
      bursts.delete(burst)
      log.warn({ events: events.length }, 'a burst did not finish; its events are taken up again')
    },
  )
  bursts.add(burst)
  return events.length
}

async function startForgotten({ directory, starter, noteStarted }: RelayDeps): Promise<void> {
  const events: readonly EventInput[] = await directory.unfinishedEvents({
    startedForMs: FORGOTTEN_AFTER_MS,
    limit: 50,
  })
  await Promise.all(events.map((event) => starter.startEvent(event)))
  await eachAlone(await directory.unstartedOperations(50), async (operation) => {
    await starter.startOperation(operation)
    await noteStarted(operation)
  })
}

/** Waits, or returns at once when told to stop. */
const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  pause(ms, undefined, { signal }).catch(() => undefined)
