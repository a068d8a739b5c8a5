import { setTimeout as pause } from 'node:timers/promises'
import { openConnection } from './connection.ts'
import { makeDeliveries } from './deliveries.ts'
import type { Job, Measured } from './jobs.ts'
import { percentile } from './percentile.ts'

/** Enough that a slow answer holds up nobody but the next on its own connection. */
const VALID_LANES = 16
/** As many as the attackers' machines would open. */
const FORGED_LANES = 32
/** A forgery may be sent again and again: it is refused each time after all the work of a check. */
const DISTINCT_FORGERIES = 200

/** Promises how long valid deliveries at a steady pace waited for their 200, among forgeries. */
export async function runBesieged(job: Extract<Job, { kind: 'besieged' }>): Promise<Measured> {
  const { target, count, perSecond, forgedPerValid } = job
  const forger = { ...target, signingKey: 'the key of a forger' }
  const forgeries = makeDeliveries(forger, DISTINCT_FORGERIES).map(({ request }) => request)
  const took: number[] = []
  const beganAt = Date.now()
  await Promise.all([
    inPace(target.port, {
      requests: makeDeliveries(target, count).map(({ request }) => request),
      perSecond,
      lanes: VALID_LANES,
      expected: 200,
      took,
    }),
    inPace(target.port, {
      requests: Array.from({ length: count * forgedPerValid }, (_, at) => forged(forgeries, at)),
      perSecond: perSecond * forgedPerValid,
      lanes: FORGED_LANES,
      expected: 401,
      took: [],
    }),
  ])
  const endedAt = Date.now()
  return { beganAt, endedAt, p50: percentile(took, 50), p99: percentile(took, 99) }
}

const forged = (forgeries: readonly Buffer[], at: number): Buffer =>
  forgeries[at % forgeries.length] ?? Buffer.alloc(0)

interface Pace {
  readonly requests: readonly Buffer[]
  readonly perSecond: number
  readonly lanes: number
  readonly expected: number
  /** Filled with milliseconds from the moment at which each was due, sent in time or not. */
  readonly took: number[]
}

async function inPace(port: number, pace: Pace): Promise<void> {
  const { requests, perSecond, lanes, expected, took } = pace
  const start = performance.now()
  await Promise.all(
    Array.from({ length: Math.min(lanes, requests.length) }, async (_, lane) => {
      const connection = await openConnection(port)
      for (let at = lane; at < requests.length; at += lanes) {
        const due = start + (at * 1_000) / perSecond
        const early = due - performance.now()
        if (early > 0) await pause(early)
        const status = await connection.post(requests[at] ?? Buffer.alloc(0))
        if (status !== expected) throw new Error(`answered with ${status} instead of ${expected}`)
        took.push(performance.now() - due)
      }
      connection.close()
    }),
  )
}
