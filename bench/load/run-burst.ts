import { openConnection } from './connection.ts'
import { makeDeliveries } from './deliveries.ts'
import type { Job, Measured } from './jobs.ts'
import { percentile } from './percentile.ts'

/** Promises how fast as many deliveries as asked were all answered with 200, over so many connections. */
export async function runBurst(job: Extract<Job, { kind: 'burst' }>): Promise<Measured> {
  const { target, count } = job
  const lanes = await Promise.all(
    Array.from({ length: Math.min(job.connections, count) }, () => openConnection(target.port)),
  )
  const deliveries = makeDeliveries(target, count)
  const took: number[] = []
  let next = 0
  const beganAt = Date.now()
  await Promise.all(
    lanes.map(async (lane) => {
      for (let it = deliveries[next++]; it !== undefined; it = deliveries[next++]) {
        const sent = performance.now()
        const status = await lane.post(it.request)
        if (status !== 200) throw new Error(`a delivery was answered with ${status}`)
        took.push(performance.now() - sent)
      }
    }),
  )
  const endedAt = Date.now()
  for (const lane of lanes) lane.close()
  return { beganAt, endedAt, p50: percentile(took, 50), p99: percentile(took, 99) }
}
