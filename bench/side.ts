import { setTimeout as pause } from 'node:timers/promises'
import type { Target, Watch } from './load/jobs.ts'

/** One of the two that are compared: how to reach it, and what it has really committed. */
export interface Side {
  readonly target: Target
  readonly watch: Watch
  readonly counts: () => Promise<Counts>
  /** Promises how many deliveries are not yet prospects, given how many are to be there. */
  readonly open: (expected: number) => Promise<number>
  readonly close: () => Promise<void>
}

/** Rows, counted as the owner. */
export interface Counts {
  readonly stored: number
  readonly processed: number
  readonly prospects: number
  readonly meetings: number
}

/** The slower floor needs half a minute for a thousand; what takes longer has stopped. */
const WITHIN_MS = 120_000
/** Finer than any difference that is told, coarse enough not to be a load itself. */
const LOOK_EVERY_MS = 10

/**
 * Promises what `work` answers and when all its deliveries had become prospects; fails unless
 * exactly so many were stored, processed, and turned into prospects and meetings.
 */
export async function exactly<T>(
  side: Side,
  count: number,
  work: () => Promise<T>,
): Promise<{ readonly answer: T; readonly doneAt: number }> {
  const before = await side.counts()
  const answer = await work()
  const end = Date.now() + WITHIN_MS
  for (;;) {
    const open = await side.open(before.prospects + count)
    if (open === 0) break
    if (Date.now() > end) throw new Error(`${open} accepted deliveries never became prospects`)
    await pause(LOOK_EVERY_MS)
  }
  const doneAt = Date.now()
  const after = await side.counts()
  for (const name of ['stored', 'processed', 'prospects', 'meetings'] as const) {
    const grown = after[name] - before[name]
    if (grown !== count)
      throw new Error(`${count} deliveries were accepted, but ${name} grew by ${grown}`)
  }
  return { answer, doneAt }
}
