/** Why deliveries may be lost for a while. One open gap for each of them, at most. */
export const DOUBTS = [
  'hookMissing',
  'hookDisabled',
  'hookReplaced',
  'retrying',
  'tokenDead',
  'paused',
  'planRefused',
  'scopeRefused',
  'roleRefused',
  'requestRefused',
  'otherKey',
  'staleSignature',
  'silentHook',
] as const

/** One of DOUBTS. */
export type DoubtReason = (typeof DOUBTS)[number]

/** What a pass found in place of a healthy hook of ours. */
export type HookLoss = Extract<DoubtReason, 'hookMissing' | 'hookDisabled' | 'hookReplaced'>

/** An interval that has begun: since the last moment at which delivery was known to be good. */
export interface Doubt {
  readonly reason: DoubtReason
  /** Epoch milliseconds; null where it begins with the report that tells it. */
  readonly since: number | null
}

/** Whether both lists name the same doubts. */
export const areSameDoubts = (a: readonly Doubt[], b: readonly Doubt[]): boolean =>
  a.length === b.length && a.every(({ reason }) => b.some((other) => other.reason === reason))
