import { setTimeout as pause } from 'node:timers/promises'

/** How often a condition is looked at: fine enough to measure a second, gentle on rate limits. */
const LOOK_EVERY_MS = 20

/** What was last seen, whether it was what was waited for, and when that was (performance time). */
export interface Seen<T> {
  readonly seen: T
  readonly isGood: boolean
  readonly at: number
}

/** Looks until the sight is good or the time is up; never throws for a condition that stays bad. */
export async function until<T>(
  look: () => Promise<T>,
  isGood: (seen: T) => boolean,
  withinMs: number,
): Promise<Seen<T>> {
  const end = performance.now() + withinMs
  for (;;) {
    const seen = await look()
    const at = performance.now()
    if (isGood(seen)) return { seen, isGood: true, at }
    if (at >= end) return { seen, isGood: false, at }
    await pause(LOOK_EVERY_MS)
  }
}
