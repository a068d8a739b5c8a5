import type { Doubt, DoubtReason } from './doubt.ts'
import { deathOf } from './owner-health.ts'
import type { OwnerState, Refusal } from './owner-state.ts'

/**
 * Why deliveries may be lost now, each since the last moment at which they were known to come. A
 * doubt once told keeps its beginning.
 */
export function doubtsOf(state: OwnerState): readonly Doubt[] {
  const { facts } = state
  if (facts === null) return openOnes(state)
  // What a person put there by hand is neither looked at nor synced: no gap could ever close.
  if (facts.wanted === 'disconnected' || facts.byHand != null) return []
  const paused: readonly Doubt[] =
    facts.wanted === 'paused' ? [{ reason: 'paused', since: null }] : []
  return [...paused, ...doubtsOfHook(state)].map(
    (doubt) => openOnes(state).find(({ reason }) => reason === doubt.reason) ?? doubt,
  )
}

const openOnes = ({ projected }: OwnerState): readonly Doubt[] => projected?.doubts ?? []

function doubtsOfHook(state: OwnerState): readonly Doubt[] {
  const { hook, incident, goodAt } = state
  // What never stood has brought nothing that could be missing: the first sync fetches it all.
  const wasGood = goodAt !== null || openOnes(state).length > 0
  const since = goodAt ?? hook.checkedAt
  if (deathOf(state) !== null) return wasGood ? [{ reason: 'tokenDead', since: goodAt }] : []
  if (hook.refusal !== null) return [{ reason: REFUSED[hook.refusal], since }]
  const suspected: readonly Doubt[] =
    incident === null ? [] : [{ reason: incident.kind, since: incident.since }]
  if (hook.state === 'live') {
    if (incident !== null || !hook.retrying) return suspected
    return [{ reason: 'retrying', since: goodBefore(hook.retryStartedAt ?? 0, state) }]
  }
  if (hook.lost !== null && wasGood) return [...suspected, { reason: hook.lost, since: goodAt }]
  // Not looked at yet with this grant: what was doubtful before is so until it is seen to be good.
  return openOnes(state).filter(({ reason }) => reason !== 'paused')
}

/** The first delivery that failed told of something older than the mark of its failure. */
function goodBefore(mark: number, { goodAt, hook }: OwnerState): number {
  const known = [goodAt, hook.deliveredAt].filter((at) => at !== null && at <= mark)
  return known.length === 0 ? mark : Math.max(...(known as number[]))
}

const REFUSED: Readonly<Record<Refusal, DoubtReason>> = {
  plan: 'planRefused',
  scope: 'scopeRefused',
  role: 'roleRefused',
  moved: 'roleRefused',
  request: 'requestRefused',
}
