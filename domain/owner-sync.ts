import { withEvidence } from './incident.ts'
import { type Judgement, spread } from './judgement.ts'
import { isHealthy } from './owner-health.ts'
import type { JobResult, OwnerState, Refusal } from './owner-state.ts'

/** A delivery comes in seconds; one that is late by this much and no retry is not on its way. */
const DELIVERY_TAKES_MS = 10 * 60_000

/** Bookings made between these two should have been brought by the hook. Epoch milliseconds. */
export interface Listening {
  readonly since: number
  readonly until: number
}

/**
 * Which bookings of a sync are checked for a delivery of their own, each by one sync only; null
 * while nobody could expect one.
 */
export function listening(state: OwnerState, now: number): Listening | null {
  const { hook, incident, heardUntil, sync } = state
  if (hook.state !== 'live' || hook.retrying || hook.standsSince === null) return null
  if (incident !== null && !incident.isRebuilt) return null
  const until = (sync?.startedAt ?? now) - DELIVERY_TAKES_MS
  return { since: Math.max(hook.standsSince, heardUntil), until }
}

/** The state after a page of a sync: go on, or rest until the next one. */
export function pageRead(
  before: OwnerState,
  result: Extract<JobResult, { kind: 'page' }>,
  { now, pace, jitter }: Judgement,
): OwnerState {
  const { next, restMs = 0, startedAt } = result
  const state = result.unheard > 0 ? withSilence(before, now) : before
  const notBefore = { ...state.notBefore, syncPage: now + restMs }
  if (next !== null)
    return { ...state, refused: UNREFUSED, syncRefusal: null, sync: next, notBefore }
  const pause = spread(isHealthy(state) ? pace.syncHealthy : pace.syncIll, jitter)
  return {
    ...state,
    sync: null,
    syncRefusal: null,
    syncOwed: false,
    backfilled: true,
    heardUntil: Math.max(state.heardUntil, startedAt - DELIVERY_TAKES_MS),
    dueSync: state.syncOwed ? now : now + pause,
  }
}

/** The provider will not show bookings: a person must act, so a look is taken rarely. */
export const syncRefused = (
  state: OwnerState,
  refusal: Refusal,
  { now, pace, jitter }: Judgement,
): OwnerState => ({
  ...state,
  sync: null,
  syncRefusal: refusal,
  dueSync: now + spread(pace.syncIll, jitter),
})

const UNREFUSED = { generation: 0, times: 0 }

/** A booking came that no delivery brought although the hook is called active. */
function withSilence(state: OwnerState, now: number): OwnerState {
  const { hook, rebuiltAt } = state
  const incident = withEvidence(state.incident, {
    kind: 'silentHook',
    now,
    callbackUrl: hook.callbackUrl,
    deliveredAt: hook.deliveredAt ?? hook.standsSince,
    rebuiltAt,
  })
  return { ...state, incident, dueReconcile: now }
}
