import { setTimeout as pause } from 'node:timers/promises'

/** A failover of the database takes a second or two; longer than this, the job has run out of time. */
const PAUSES_MS = [50, 250, 700, 1_500] as const

/**
 * Stores what can't be fetched a second time: while the database hiccups, this process holds the
 * only copy of a grant. Fails with the last failure when it stays away.
 */
export async function keepTrying<T>(store: () => Promise<T>): Promise<T> {
  for (const ms of PAUSES_MS)
    try {
      return await store()
    } catch {
      await pause(ms)
    }
  return store()
}
