import { areSameDoubts } from './doubt.ts'
import { wordsOf } from './finding.ts'
import { settled } from './owner.ts'
import { doubtsOf } from './owner-doubts.ts'
import { findingsOf } from './owner-findings.ts'
import { healthOf } from './owner-health.ts'
import { nextDue } from './owner-schedule.ts'
import type { OperationOutcome } from './operation.ts'
import type { IntegrationStatus } from './integration-status.ts'
import type { OwnerExplanation, OwnerReport, OwnerState, Projection } from './owner-state.ts'

/** What the row should show now. */
function projectionOf(state: OwnerState): Projection {
  const { hook } = state
  const isTrusted = state.incident === null || state.incident.isRebuilt
  const isLive = hook.state === 'live' && isTrusted && state.facts?.wanted !== 'disconnected'
  return {
    ...healthOf(state),
    webhookActive: isLive,
    webhookUri: isLive ? hook.remoteUri : null,
    callbackUrl: isLive ? hook.callbackUrl : byHandUrl(state),
    checkedAt: hook.checkedAt,
    doubts: doubtsOf(state),
  }
}

/** Where a person was told to send deliveries: nobody has seen whether they do. */
const byHandUrl = ({ facts }: OwnerState): string | null =>
  facts?.wanted === 'disconnected' ? null : (facts?.byHand?.callbackUrl ?? null)

/** What must be written to the row now, or undefined when it already says everything. */
export function dueReport(state: OwnerState): OwnerReport | undefined {
  if (state.facts === null || state.cleanup.told === true) return undefined
  const projection = projectionOf(state)
  const { wantedRevision, observedRevision } = state.facts
  const isNewlySettled = settled(state) && wantedRevision !== observedRevision
  if (!isNewlySettled && isSame(projection, state.projected)) return undefined
  return {
    projection,
    observedRevision: isNewlySettled ? wantedRevision : null,
    outcome: isNewlySettled ? outcomeOf(projection.status) : null,
  }
}

/** The time of the last look alone is worth a write: it is how people see that we look. */
const isSame = (a: Projection, b: Projection | null): boolean =>
  b !== null &&
  a.status === b.status &&
  a.reason === b.reason &&
  a.nextStep === b.nextStep &&
  a.webhookActive === b.webhookActive &&
  a.webhookUri === b.webhookUri &&
  a.callbackUrl === b.callbackUrl &&
  a.checkedAt === b.checkedAt &&
  areSameDoubts(a.doubts, b.doubts)

/** The state once a report has been written. */
export function reported(state: OwnerState, report: OwnerReport): OwnerState {
  const { facts } = state
  if (facts === null) return state
  const observedRevision = report.observedRevision ?? facts.observedRevision
  return {
    ...state,
    ...afterDoubts(state, report.projection),
    projected: report.projection,
    facts: { ...facts, observedRevision },
  }
}

/** Whenever a doubt begins or ends, a sync looks at once; after an end, one that began later. */
function afterDoubts(
  { projected, sync, dueSync, syncOwed }: OwnerState,
  { doubts }: Projection,
): Pick<OwnerState, 'dueSync' | 'syncOwed'> {
  const before = projected?.doubts ?? []
  if (areSameDoubts(before, doubts)) return { dueSync, syncOwed }
  const hasEnded = before.some((was) => !doubts.some(({ reason }) => reason === was.reason))
  return { dueSync: 0, syncOwed: syncOwed || (hasEnded && sync !== null) }
}

const OUTCOMES: Readonly<Record<IntegrationStatus, OperationOutcome>> = {
  live: 'live',
  waitingForFirstDelivery: 'waitingForFirstDelivery',
  polling: 'polling',
  needsAdmin: 'needsAdmin',
  needsScope: 'needsScope',
  needsReconnect: 'needsConsent',
  paused: 'paused',
  disconnecting: 'disconnected',
  disconnected: 'disconnected',
  connecting: 'failed',
  failed: 'failed',
}

const outcomeOf = (status: IntegrationStatus): OperationOutcome => OUTCOMES[status]

/** The answer to "why?": the first sentence is cause and next step, then everything behind it. */
export function explanationOf(state: OwnerState, now: number): OwnerExplanation {
  const { status } = healthOf(state)
  const due = nextDue(state, now)
  const found = wordsOf(findingsOf(state, now))
  return {
    summary: `${found === '' ? '' : `${found} `}This integration is ${WORDS[status]}.`,
    status,
    nextDue:
      due === undefined
        ? null
        : { what: due.name, at: new Date(Math.max(due.at, now)).toISOString() },
    state,
  }
}

const WORDS: Readonly<Record<IntegrationStatus, string>> = {
  connecting: 'being connected',
  live: 'live',
  polling: 'fetching bookings by itself, without a webhook',
  needsAdmin: 'waiting for an admin of the provider account',
  needsScope: 'waiting for more permissions',
  needsReconnect: 'waiting to be reconnected',
  waitingForFirstDelivery: 'waiting for the first delivery',
  paused: 'paused',
  disconnecting: 'being disconnected',
  disconnected: 'disconnected',
  failed: 'not working',
}
