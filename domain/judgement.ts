import type { Pace } from './owner-state.ts'

/** What a result needs to be judged: when it came, how often to look, and a fair coin in [0, 1). */
export interface Judgement {
  readonly now: number
  readonly pace: Pace
  readonly jitter: number
}

/**
 * Up to ten per cent sooner, so that owners woken together do not stay together; never later,
 * because an interval is a promise.
 */
export const spread = (pause: number, jitter: number): number => pause * (0.9 + jitter / 10)
