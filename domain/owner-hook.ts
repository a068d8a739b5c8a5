import { isHealthy } from './owner-health.ts'
import {
  type HookEvidence,
  incidentSeen,
  isOverBy,
  isRetrying,
  rearmed,
  withEvidence,
} from './incident.ts'
import { type Judgement, spread } from './judgement.ts'
import { type JobResult, NO_HOOK, type OwnerState, type Refusal } from './owner-state.ts'
import type { HookLoss } from './doubt.ts'

type Seen = Extract<JobResult, { kind: 'hook' }>

/** The state after a pass that made a hook, or found it as it should be. */
export function hookSeen(state: OwnerState, result: Seen, judgement: Judgement): OwnerState {
  const { now, pace, jitter } = judgement
  const { evidence } = result
  if (!result.settled || evidence === null) return hookMade(state, result, now)
  const { hook } = state
  const isSame = hook.state === 'live' && hook.callbackUrl === result.callbackUrl
  const seen = withIncident(state, { result, evidence, now })
  const next: OwnerState = {
    ...state,
    ...seen,
    unsettledPasses: 0,
    hook: {
      state: 'live',
      remoteUri: result.remoteUri,
      callbackUrl: result.callbackUrl,
      checkedAt: now,
      retrying: isRetrying(evidence),
      retryStartedAt: evidence.retryStartedAt,
      deliveredAt: evidence.deliveredAt,
      standsSince: isSame ? hook.standsSince : now,
      lost: null,
      refusal: null,
      foreign: result.foreign ?? 0,
      forRevision: state.facts?.wantedRevision ?? null,
    },
  }
  const isWell = isHealthy(next)
  const distrusted = next.incident?.distrusted ?? null
  // A pass that was told so and kept the hook all the same would keep it again at once.
  const mustRebuild = distrusted !== null && distrusted !== state.incident?.distrusted
  const pause = spread(isWell ? pace.reconcileHealthy : pace.reconcileIll, jitter)
  // What no hook brought while it was ill or retrying is fetched as soon as it stands.
  const hasTurned = hook.state !== 'live' || next.hook.retrying !== hook.retrying
  return {
    ...next,
    goodAt: isWell ? evidence.at : state.goodAt,
    dueReconcile: mustRebuild ? now : now + pause,
    dueSync: hasTurned ? now : state.dueSync,
  }
}

/** Nothing is live until it is listed: what was made is looked at again. */
function hookMade(state: OwnerState, result: Seen, now: number): OwnerState {
  const unsettledPasses = state.unsettledPasses + 1
  const pause = LOOK_AGAIN_MS[unsettledPasses - 1] ?? LOOK_AGAIN_SLOWLY_MS
  return {
    ...state,
    unsettledPasses,
    dueReconcile: now + pause,
    hook: {
      ...NO_HOOK,
      state: 'missing',
      remoteUri: result.remoteUri,
      callbackUrl: result.callbackUrl,
      checkedAt: now,
      lost: result.lost ?? state.hook.lost,
      forRevision: state.facts?.wantedRevision ?? null,
    },
  }
}

/** After something was made or deleted, the provider is looked at again: at once, then less often. */
const LOOK_AGAIN_MS: readonly number[] = [0, 0, 1_000, 2_000, 5_000, 15_000]
const LOOK_AGAIN_SLOWLY_MS = 60_000

interface Look {
  readonly result: Seen
  readonly evidence: HookEvidence
  readonly now: number
}

/** What the pass teaches of an incident: that it began, goes on, was answered by a new hook, or is over. */
function withIncident(
  state: OwnerState,
  { result, evidence, now }: Look,
): Pick<OwnerState, 'incident' | 'rebuiltAt' | 'refused'> {
  const { callbackUrl } = result
  const { incident: was, rebuiltAt: before } = state
  const isNew = was?.distrusted != null && was.distrusted !== callbackUrl
  const incident = isNew ? { ...was, distrusted: null, isRebuilt: true } : was
  const rebuiltAt = isNew ? now : before
  const rest = { rebuiltAt, refused: UNREFUSED }
  const kind = incidentSeen(evidence, incident)
  const news = { now, callbackUrl, deliveredAt: evidence.deliveredAt ?? state.goodAt, rebuiltAt }
  if (kind !== undefined) return { ...rest, incident: withEvidence(incident, { kind, ...news }) }
  if (incident === null || isOverBy(incident, evidence)) return { ...rest, incident: null }
  return { ...rest, incident: rearmed(incident, news) }
}

const UNREFUSED = { generation: 0, times: 0 }

/** The provider was seen without our hook: nothing is live, and bookings are fetched at once. */
export const hookLost = (
  state: OwnerState,
  lost: HookLoss,
  now: number,
): Pick<OwnerState, 'hook' | 'dueSync'> => ({
  hook: { ...NO_HOOK, state: 'missing', lost: state.hook.lost ?? lost, checkedAt: now },
  dueSync: state.hook.state === 'live' ? now : state.dueSync,
})

/** The provider will not have a hook of ours, for a reason that a person can put right. */
export const hookRefused = (
  state: OwnerState,
  refusal: Refusal,
  { now, pace, jitter }: Judgement,
): OwnerState => ({
  ...state,
  dueReconcile: now + spread(pace.reconcileIll, jitter),
  hook: {
    ...NO_HOOK,
    state: 'refused',
    refusal,
    checkedAt: now,
    forRevision: state.facts?.wantedRevision ?? null,
  },
})
