import { setTimeout as pause } from 'node:timers/promises'
import { machineMs } from './machine-clock.ts'

/** Fine enough to measure a second by. */
const LOOK_EVERY_MS = 20

/** What takes longer is no longer measured by looks, and callers have a rate limit. */
const HASTE_MS = 1_500
const LATER_EVERY_MS = 150

/** What was last seen, whether it was what was waited for, and when it was in our hands. */
export interface Seen<T> {
  readonly seen: T
  readonly isGood: boolean
  readonly at: number
}

/** Looks until the sight is good or the time is up; a condition that stays bad is no error. */
export async function until<T>(
  look: () => Promise<T>,
  isGood: (seen: T) => boolean,
  withinMs: number,
): Promise<Seen<T>> {
  const begun = machineMs()
  for (;;) {
    const seen = await look()
    const at = machineMs()
    if (isGood(seen)) return { seen, isGood: true, at }
    if (at - begun >= withinMs) return { seen, isGood: false, at }
    await pause(at - begun < HASTE_MS ? LOOK_EVERY_MS : LATER_EVERY_MS)
  }
}
