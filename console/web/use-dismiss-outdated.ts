import { useEffect, useRef } from 'preact/hooks'
import type { Integration, IntegrationStatus, Outcome } from './records.ts'
import type { Operation } from './use-operation.ts'

const AT_WORK: ReadonlySet<IntegrationStatus> = new Set([
  'live',
  'polling',
  'waitingForFirstDelivery',
])

const FALLEN: ReadonlySet<IntegrationStatus> = new Set([
  'paused',
  'disconnecting',
  'disconnected',
  'needsReconnect',
  'failed',
])

/** Takes the report of an operation away once one of these connections changes to belie it. */
export function useDismissOutdated(
  { state, dismiss }: Operation,
  integrations: readonly Integration[],
): void {
  const known = useRef<ReadonlyMap<string, IntegrationStatus>>(new Map())
  useEffect(() => {
    const before = known.current
    known.current = new Map(integrations.map(({ id, status }) => [id, status]))
    if (state.phase !== 'ended') return
    const { outcome } = state.attempt
    // Only a change counts: an outcome is told before the list shows what it did.
    const isBelied = integrations.some(
      ({ id, status }) =>
        before.has(id) && before.get(id) !== status && contradicts(outcome, status),
    )
    if (isBelied) dismiss()
  })
}

function contradicts(outcome: Outcome | null, status: IntegrationStatus): boolean {
  switch (outcome) {
    case 'live':
    case 'polling':
      return FALLEN.has(status)
    case 'paused':
      return status !== 'paused'
    case 'disconnected':
      return status !== 'disconnecting' && status !== 'disconnected'
    case 'needsAdmin':
    case 'needsScope':
    case 'needsConsent':
    case 'failed':
    case 'waitingForFirstDelivery':
      return AT_WORK.has(status)
    case 'denied':
    case 'superseded':
    case null:
    default:
      return false
  }
}
