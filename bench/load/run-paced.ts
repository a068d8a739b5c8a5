import { setTimeout as pause } from 'node:timers/promises'
import type { Connection } from './connection.ts'
import { openConnection } from './connection.ts'
import { makeDeliveries } from './deliveries.ts'
import type { Job, Measured } from './jobs.ts'
import { percentile } from './percentile.ts'
import { openWatch } from './watch.ts'

/** Connections in turn: a booking never waits for the answer to the one before. */
const LANES = 8
/** A booking that nobody sees for this long is lost, and the run with it. */
const LOST_AFTER_MS = 15_000

/** Promises how long each booking took from its delivery to being seen, at a steady pace. */
export async function runPaced(job: Extract<Job, { kind: 'paced' }>): Promise<Measured> {
  const { target, count, perSecond } = job
  const watch = await openWatch(job.watch)
  const lanes = await Promise.all(Array.from({ length: LANES }, () => openConnection(target.port)))
  try {
    const deliveries = makeDeliveries(target, count)
    const sent = new Map<string, number>()
    const posts: Promise<void>[] = []
    const beganAt = Date.now()
    const start = performance.now()
    for (const [at, { email, request }] of deliveries.entries()) {
      await pause(Math.max(0, start + (at * 1000) / perSecond - performance.now()))
      sent.set(email, performance.now())
      posts.push(accepted(lanes[at % LANES], request))
    }
    await Promise.all(posts)
    const seen = await watch.all([...sent.keys()], LOST_AFTER_MS)
    const took = [...sent].map(([email, at]) => (seen.get(email) ?? Number.NaN) - at)
    return { beganAt, endedAt: Date.now(), p50: percentile(took, 50), p99: percentile(took, 99) }
  } finally {
    for (const lane of lanes) lane.close()
    await watch.close()
  }
}

async function accepted(lane: Connection | undefined, request: Buffer): Promise<void> {
  const status = await lane?.post(request)
  if (status !== 200) throw new Error(`a delivery was answered with ${status}`)
}
