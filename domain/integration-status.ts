/** What the row says is wanted of an integration. */
export type Wanted = 'connected' | 'paused' | 'disconnected'

/** What an integration is, as told to people. */
export const INTEGRATION_STATUSES = [
  'connecting',
  'live',
  'polling',
  'needsAdmin',
  'needsScope',
  'needsReconnect',
  'waitingForFirstDelivery',
  'paused',
  'disconnecting',
  'disconnected',
  'failed',
] as const

/** One of INTEGRATION_STATUSES. */
export type IntegrationStatus = (typeof INTEGRATION_STATUSES)[number]

/** A status with its cause and the way on, in words a person can read. */
export interface Health {
  readonly status: IntegrationStatus
  readonly reason: string | null
  readonly nextStep: string | null
}

const SOMEBODY_MUST_ACT: ReadonlySet<IntegrationStatus> = new Set([
  'needsAdmin',
  'needsScope',
  'needsReconnect',
  'failed',
])

/** Whether the status waits for a person. */
export const needsPerson = (status: IntegrationStatus): boolean => SOMEBODY_MUST_ACT.has(status)

/** Whether bookings can arrive in this status, by hook or by sync. */
export const isActive = (status: IntegrationStatus): boolean =>
  status === 'live' || status === 'polling' || status === 'waitingForFirstDelivery'
