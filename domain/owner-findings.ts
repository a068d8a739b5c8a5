import { clockOf, type Finding, type FindingCode, finding, withDetail } from './finding.ts'
import type { HookLoss } from './doubt.ts'
import type { Health } from './integration-status.ts'
import { deathOf, healthOf } from './owner-health.ts'
import { nextDue } from './owner-schedule.ts'
import type { OwnerState, Refusal } from './owner-state.ts'

/** What the owner itself knows to be wrong, the most pressing first; empty when all is well. */
export function findingsOf(state: OwnerState, now: number): readonly Finding[] {
  const { facts } = state
  const health = healthOf(state)
  if (facts === null) return [CONNECTING]
  if (facts.wanted === 'disconnected') return leaving(state, health)
  const next = goesOn(state, now)
  if (facts.byHand != null && facts.wanted === 'connected')
    return [told(health.status === 'live' ? 'byHand' : 'waitingForFirstDelivery', health, NOTHING)]
  if (deathOf(state) !== null && !facts.incoming) return [told('needsReconnect', health, next)]
  const found = [...limits(state, { now, next }), ...ofHook(state, health, next)]
  if (facts.wanted === 'paused') return [told('paused', health, next), ...found]
  if (facts.incoming) return [...found, CONNECTING]
  return found
}

const NOTHING = 'Nothing to do.'

const CONNECTING = finding(
  'connecting',
  'The account is being connected.',
  'Nothing to do: it takes seconds.',
)

function leaving({ cleanup }: OwnerState, health: Health): readonly Finding[] {
  if (health.reason === null)
    return [finding('disconnected', 'The account is disconnected.', 'Reconnect to use it again.')]
  const isOwing = cleanup.owing !== null && !cleanup.secretsErased
  if (!isOwing) return [told('debt', health, '')]
  const cause = 'Cleaning up at the provider after the disconnect has not succeeded yet.'
  return [withDetail(finding('debt', cause, health.nextStep ?? ''), asSentence(health.reason))]
}

interface Moment {
  readonly now: number
  readonly next: string
}

function limits({ limitedUntil }: OwnerState, { now }: Moment): readonly Finding[] {
  if (limitedUntil === undefined || limitedUntil <= now) return []
  const cause = 'The provider allows us no more calls for the moment (429).'
  return [finding('rateLimited', cause, `Nothing to do: we go on at ${clockOf(limitedUntil)}.`)]
}

/** Refused, suspected, missing or retrying; and what else the provider answered last. */
function ofHook(state: OwnerState, health: Health, next: string): readonly Finding[] {
  const { hook, incident, trouble } = state
  const detail = trouble === null ? null : asSentence(trouble)
  const refusal = hook.refusal ?? state.syncRefusal
  if (refusal !== null) return [told(REFUSED[refusal], health, next)]
  if (incident !== null && hook.state === 'live') return [told(incident.kind, health, next)]
  if (hook.state === 'missing')
    return [
      withDetail(
        finding(hook.lost ?? 'hookMissing', LOST[hook.lost ?? 'hookMissing'], next),
        detail,
      ),
    ]
  if (hook.retrying) return [told('retrying', health, next)]
  if (trouble === null) return hook.state === 'unknown' ? [CONNECTING] : []
  return [
    withDetail(
      finding('trouble', 'The provider did not do what we last asked of it.', next),
      detail,
    ),
  ]
}

const REFUSED: Readonly<Record<Refusal, FindingCode>> = {
  plan: 'planRefused',
  scope: 'scopeRefused',
  role: 'roleRefused',
  moved: 'needsReconnect',
  request: 'requestRefused',
}

const LOST: Readonly<Record<HookLoss, string>> = {
  hookDisabled: 'The provider has disabled our webhook after deliveries that failed.',
  hookMissing: 'The provider has no webhook of ours.',
  hookReplaced: 'Our webhook no longer stands as it should and is being replaced.',
}

const told = (code: FindingCode, { reason, nextStep }: Health, next: string): Finding =>
  finding(code, reason ?? 'It is not as it should be.', nextStep ?? next)

function goesOn(state: OwnerState, now: number): string {
  const due = nextDue(state, now)
  const when = due === undefined ? '' : ` at ${clockOf(Math.max(due.at, now))}`
  return `Nothing to do: it is tried again${when}, and bookings are fetched meanwhile.`
}

const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
