import { defineQuery, defineSignal } from '@temporalio/workflow'
import type { OwnerExplanation, OwnerHint, OwnerState, Pace } from '../domain/owner-state.ts'
import type { OperationKind, OperationReport } from '../domain/operation.ts'

/** Task queues: a booking, a waiting person and the owners never stand behind one another. */
export const EVENTS_QUEUE = 'events'
export const OPERATIONS_QUEUE = 'operations'
export const INTEGRATIONS_QUEUE = 'integrations'

/** What an operation workflow is told: row ids only, so that a history holds no secret. */
export interface OperationInput {
  readonly organizationId: string
  readonly operationId: string
}

/** What an owner hands to its next run. */
export interface Carried {
  readonly state: OwnerState
  readonly asked: readonly OwnerHint[]
}

/** What the owner of one integration is told; `carried` is filled by continue-as-new alone. */
export interface IntegrationInput {
  readonly organizationId: string
  readonly integrationId: string
  /** Intervals; left out, those of the specification. */
  readonly pace?: Pace
  readonly carried?: Carried
}

/** What `processEvent` is told. */
export interface EventInput {
  readonly organizationId: string
  readonly eventId: string
}

/** How an inbound event ended. */
export type EventResult = 'processed' | 'quarantined' | 'parked' | 'dropped' | 'held'

/** What `processBurst` is told: events of any organization, oldest first, at most BURST_SIZE. */
export interface BurstInput {
  readonly events: readonly EventInput[]
}

/** How a burst ended: the events that did not end well and now have a workflow of their own. */
export interface BurstResult {
  readonly processed: number
  readonly handedOver: number
}

/** A hundred ids keep a burst under a second of work, so a dead worker repeats little. */
export const BURST_SIZE = 100

/** The workflow of an operation, by what the person asked for. */
export const OPERATION_WORKFLOWS = {
  connect: 'connectIntegration',
  reconnect: 'reconnectIntegration',
  disconnect: 'disconnectIntegration',
  pause: 'disconnectIntegration',
  resume: 'reconnectIntegration',
} as const satisfies Record<OperationKind, string>

/** The id of an operation's workflow: one run for each operation, ever. */
export const operationWorkflowId = (kind: OperationKind, operationId: string): string =>
  `${kind}:${operationId}`

/** The id of the one owner of an integration. */
export const integrationWorkflowId = (integrationId: string): string =>
  `integration:${integrationId}`

/** The id of the workflow that handles one inbound event. */
export const eventWorkflowId = (eventId: string): string => `event:${eventId}`

/** The id of a workflow that handles many events under backlog, named by its first. */
export const burstWorkflowId = (firstEventId: string): string => `burst:${firstEventId}`

/** The wanted state of an integration changed: read the row again. May be lost or doubled. */
export const wantedChanged = defineSignal('wantedChanged')

/** Somebody asks the owner to do one of its jobs now. A hint, idempotent. */
export const nudged = defineSignal<[hint: OwnerHint]>('nudged')

/** The row of an operation changed: look at it now instead of at the next pause. */
export const lookAgain = defineSignal('lookAgain')

/** Everything "why?" needs, in words first. Holds no secret and no e-mail. */
export const explain = defineQuery<OwnerExplanation>('explain')

/** The workflow functions as types, for callers that start them by name. */
export type ConnectIntegration = (input: OperationInput) => Promise<OperationReport>
export type ReconnectIntegration = (input: OperationInput) => Promise<OperationReport>
export type DisconnectIntegration = (input: OperationInput) => Promise<OperationReport>
export type Integration = (input: IntegrationInput) => Promise<void>
export type ProcessEvent = (input: EventInput) => Promise<EventResult>
export type ProcessBurst = (input: BurstInput) => Promise<BurstResult>
