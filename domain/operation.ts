/** What a person can ask of an integration. */
export type OperationKind = 'connect' | 'reconnect' | 'disconnect' | 'pause' | 'resume'

/** What a row asks a workflow of its own for, once: such a wish, or the making of a series. */
export type StartKind = OperationKind | 'series'

/** How far an operation has come, told to the person while it runs. */
export type OperationProgress =
  | 'created'
  | 'opened'
  | 'authorized'
  | 'exchanging'
  | 'waiting'
  | 'done'

/** How an operation can end; the person is told this word and the reason beside it. */
export type OperationOutcome =
  | 'live'
  | 'polling'
  | 'needsAdmin'
  | 'needsScope'
  | 'needsConsent'
  | 'waitingForFirstDelivery'
  | 'denied'
  | 'superseded'
  | 'paused'
  | 'disconnected'
  | 'failed'

/** The end of an operation in words: what happened and what to do next. */
export interface OperationReport {
  readonly outcome: OperationOutcome
  readonly reason: string | null
  readonly nextStep: string | null
}
