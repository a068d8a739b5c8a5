import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { openConnection } from './connection.ts'
import { makeDeliveries } from './deliveries.ts'
import type { Job, Measured, Target } from './jobs.ts'
import { percentile } from './percentile.ts'

/** Enough that a slow answer holds up nobody but the next on its own connection. */
const VALID_LANES = 16
/** As many as the attackers' machines would open. */
const FORGED_LANES = 32
/** Repeated after ten seconds: by then the door has forgotten which endpoints are nobody's. */
const DISTINCT_FORGERIES = 10_000

/** Promises how long valid deliveries at a steady pace waited for their 200, among forgeries. */
export async function runBesieged(job: Extract<Job, { kind: 'besieged' }>): Promise<Measured> {
  const { target, count, perSecond, forgedPerValid } = job
  const many = count * forgedPerValid
  const forgeries = forge(target, Math.min(many, DISTINCT_FORGERIES))
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
      requests: Array.from(
        { length: many },
        (_, at) => forgeries[at % forgeries.length] ?? NOTHING,
      ),
      perSecond: perSecond * forgedPerValid,
      lanes: FORGED_LANES,
      expected: 401,
      took: [],
    }),
  ])
  const endedAt = Date.now()
  return { beganAt, endedAt, p50: percentile(took, 50), p99: percentile(took, 99) }
}

const NOTHING = Buffer.alloc(0)

/** By a wrong key, each costing a whole check; every other one for an endpoint of nobody. */
function forge(target: Target, count: number): Buffer[] {
  const known = { ...target, signingKey: 'the key of a forger' }
  return Array.from({ length: count }, (_, at) => {
    const path = target.path.replace(/[^/]+$/, randomBytes(24).toString('base64url'))
    return at % 2 === 0 ? known : { ...known, path }
  }).flatMap((forger) => makeDeliveries(forger, 1).map(({ request }) => request))
}

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
        const status = await connection.post(requests[at] ?? NOTHING)
        if (status !== expected) throw new Error(`answered with ${status} instead of ${expected}`)
        took.push(performance.now() - due)
      }
      connection.close()
    }),
  )
}
