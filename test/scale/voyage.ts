import { setTimeout as pause } from 'node:timers/promises'
import { residentMiB } from '../../bench/memory.ts'
import { until } from '../../dev/demo/until.ts'
import { startStack } from '../../dev/stack.ts'
import { integrationWorkflowId } from '../../workflows/contract.ts'
import { chanceOf } from '../support/chance.ts'
import { inLanes } from '../support/crowd.ts'
import { endWithUs } from '../support/end-with-us.ts'
import { actionsIn, runsOf } from '../support/run-histories.ts'
import { witnessOf } from '../support/sandbox-people.ts'
import { type Fleet, launch, type Ship } from './fleet.ts'

/** How many integrations, how often they look, and how many of them are booked at the end. */
export interface Plan {
  readonly count: number
  readonly intervalSeconds: number
  readonly booked: number
  readonly seed: number
  readonly log: (line: string) => void
}

/** What was measured of so many integrations on one worker. */
export interface Voyage {
  readonly count: number
  readonly intervalMs: number
  /** From the first consent until the provider was seen to list the last hook. */
  readonly liveAfterMs: number
  readonly workerIdleMiB: number
  readonly workerFullMiB: number
  readonly kibPerIntegration: number
  readonly wakeUpsPerMinute: number
  readonly actionsPerMinute: number
  /** The actions of one integration in one of its intervals. */
  readonly actionsPerInterval: number
  readonly downMs: number
  /** From the start of the worker until it had looked at every hook again. */
  readonly caughtUpAfterMs: number
  readonly looksPerIntegration: number
  readonly refused429: number
  readonly hooks: number
  readonly booked: number
  readonly arrived: number
  readonly arrivedAfterMs: number
}

const WITHIN_MS = 600_000

/** Promises a stack with this many idle integrations, idled, deserted, caught up with and booked. */
export async function sail({ count, intervalSeconds, booked, seed, log }: Plan): Promise<Voyage> {
  const interval = intervalSeconds * 1_000
  const stack = endWithUs(await startStack({ env: { LOG_LEVEL: 'error' } }))
  let fleet: Fleet | undefined
  try {
    const witness = witnessOf(stack.urls.sandbox)
    const worker = stack.child('worker')
    const workerIdleMiB = residentMiB(worker.pid)
    const launched = performance.now()
    fleet = await launch(stack, { count, pace: paceOf(interval) })
    const { client, ships, seenSince, prospects } = fleet
    const liveAfterMs = performance.now() - launched
    log(`${count} live after ${Math.round(liveAfterMs)} ms`)

    // The first round of looks and syncs is not idleness.
    await pause(interval / 2)
    const from = Date.now()
    await pause(interval)
    const to = Date.now()
    const workerFullMiB = residentMiB(worker.pid)
    const perShip = await inLanes(ships, async ({ integrationId }) =>
      actionsIn(await runsOf(client, integrationWorkflowId(integrationId)), { from, to }),
    )
    const sum = (name: 'all' | 'timers'): number =>
      perShip.reduce((all, actions) => all + actions[name], 0)
    const minutes = (to - from) / 60_000
    log(`idle: ${Math.round(sum('timers') / minutes)} wake-ups a minute`)

    await worker.stop()
    const stopped = performance.now()
    await pause(interval * 1.2)
    const looksBefore = await witness.asked('GET /webhook_subscriptions')
    const began = new Date()
    const downMs = performance.now() - stopped
    await worker.restart()
    const back = performance.now()
    const caught = await until(
      () => seenSince(began),
      (seen) => seen >= count,
      WITHIN_MS,
    )
    const caughtUpAfterMs = performance.now() - back
    const looks = (await witness.asked('GET /webhook_subscriptions')) - looksBefore
    log(`caught up with ${caught.seen} after ${Math.round(caughtUpAfterMs)} ms`)

    const chosen = someOf(ships, booked, chanceOf(seed))
    const bookedAt = performance.now()
    await inLanes(chosen, ({ account }, at) =>
      witness.book(account, `pat-${at}@fleet-prospect.test`),
    )
    const arrived = await until(prospects, (all) => all.length >= chosen.length, WITHIN_MS)
    const expected = new Set(chosen.map((_, at) => `pat-${at}@fleet-prospect.test`))
    return {
      count: caught.seen,
      intervalMs: interval,
      liveAfterMs: Math.round(liveAfterMs),
      workerIdleMiB: Math.round(workerIdleMiB),
      workerFullMiB: Math.round(workerFullMiB),
      kibPerIntegration: Math.round(((workerFullMiB - workerIdleMiB) * 1_024) / count),
      wakeUpsPerMinute: Math.round(sum('timers') / minutes),
      actionsPerMinute: Math.round(sum('all') / minutes),
      actionsPerInterval: Math.round((sum('all') / count) * (interval / (to - from)) * 10) / 10,
      downMs: Math.round(downMs),
      caughtUpAfterMs: Math.round(caughtUpAfterMs),
      looksPerIntegration: Math.round((looks / count) * 10) / 10,
      refused429: await witness.answered(429),
      hooks: (await witness.hooks()).filter(({ state }) => state === 'active').length,
      booked: chosen.length,
      arrived: arrived.seen.filter((email) => expected.has(email)).length,
      arrivedAfterMs: Math.round(performance.now() - bookedAt),
    }
  } finally {
    await fleet?.close()
    await stack.stop()
  }
}

/** The proportions of the specification: a sync for every six looks. */
const paceOf = (interval: number) => ({
  reconcileHealthy: interval,
  reconcileIll: interval / 4,
  syncHealthy: interval * 6,
  syncIll: interval / 2,
})

function someOf(ships: readonly Ship[], count: number, chance: () => number): Ship[] {
  const left = [...ships]
  return Array.from({ length: Math.min(count, left.length) }, () =>
    left.splice(Math.floor(chance() * left.length), 1),
  ).flat()
}
