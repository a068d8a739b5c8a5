import type { ProviderName } from '../../domain/provider-name.ts'

/** What is counted of a refused delivery; nothing of what it said. */
export interface Rejection {
  readonly provider: ProviderName
  /** The endpoint it was sent to, where it has the form of one of ours. */
  readonly endpoint: string | undefined
  readonly reason: string
}

export interface RejectionCounter {
  count(rejection: Rejection): void
  flush(): Promise<void>
  close(): Promise<void>
}

/** Distinct endpoints kept between two flushes: a scan of random ids must not fill the memory. */
const DISTINCT = 1_000

/**
 * Counts refused deliveries in memory and writes sums once a second: a flood of forgeries costs
 * the database nothing. A sum that can't be written is tried again with the next.
 */
export function createRejectionCounter(
  write: (rejection: Rejection, count: number) => Promise<void>,
): RejectionCounter {
  let sums = new Map<string, { rejection: Rejection; count: number }>()

  function add(rejection: Rejection, count: number): void {
    const key = `${rejection.provider} ${rejection.endpoint ?? ''} ${rejection.reason}`
    const sum = sums.get(key)
    if (sum !== undefined) {
      sum.count += count
      return
    }
    if (sums.size < DISTINCT || rejection.endpoint === undefined)
      return void sums.set(key, { rejection, count })
    add({ ...rejection, endpoint: undefined }, count)
  }

  async function flush(): Promise<void> {
    const due = sums
    sums = new Map()
    for (const { rejection, count } of due.values())
      await write(rejection, count).catch(() => add(rejection, count))
  }

  const clock = setInterval(() => void flush(), 1_000)
  clock.unref()
  return {
    count: (rejection) => add(rejection, 1),
    flush,
    async close() {
      clearInterval(clock)
      await flush()
    },
  }
}
