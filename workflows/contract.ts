import {
  defineSearchAttributeKey,
  type SearchAttributePair,
  type WorkflowIdConflictPolicy,
  type WorkflowIdReusePolicy,
} from '@temporalio/common'
import { defineQuery, defineSignal } from '@temporalio/workflow'
import type { OwnerExplanation, OwnerHint, OwnerState, Pace } from '../domain/owner-state.ts'
import type { StartKind } from '../domain/operation.ts'

/** Task queues: a booking, a waiting person and the owners never stand behind one another. */
export const EVENTS_QUEUE = 'events'
/** Bursts are the worker's alone: the api's own worker would handle them instead of accepting. */
export const BURSTS_QUEUE = 'bursts'
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
  series: 'createSessionSeries',
} as const satisfies Record<StartKind, string>

/** The id of an operation's workflow: one run for each operation, ever. */
export const operationWorkflowId = (kind: StartKind, operationId: string): string =>
  `${kind}:${operationId}`

/** The id of the one owner of an integration. */
export const integrationWorkflowId = (integrationId: string): string =>
  `integration:${integrationId}`

/** The integration whose owner has this workflow id, or undefined for any other workflow. */
export const integrationIdOf = (workflowId: string): string | undefined =>
  /^integration:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(workflowId)?.[1]

/** The id of the workflow that handles one inbound event. */
export const eventWorkflowId = (eventId: string): string => `event:${eventId}`

/** The id of a workflow that handles many events under backlog, named by its first. */
const burstWorkflowId = (firstEventId: string): string => `burst:${firstEventId}`

/** The wanted state of an integration changed: read the row again. May be lost or doubled. */
export const wantedChanged = defineSignal('wantedChanged')

/** Somebody asks the owner to do one of its jobs now. A hint, idempotent. */
export const nudged = defineSignal<[hint: OwnerHint]>('nudged')

/** The row of an operation changed: look at it now instead of at the next pause. */
export const lookAgain = defineSignal('lookAgain')

/** Everything "why?" needs, in words first. Holds no secret and no e-mail. */
export const explain = defineQuery<OwnerExplanation>('explain')

/** How the making of a series ended: all of it, or none of it with the reason on its row. */
export type SeriesResult = 'scheduled' | 'failed' | 'cancelled'

/** The workflow functions as types, for callers that start them by name. */
export type Integration = (input: IntegrationInput) => Promise<void>
export type ProcessEvent = (input: EventInput) => Promise<EventResult>
export type ProcessBurst = (input: BurstInput) => Promise<BurstResult>

/** Typed search attributes: opaque ids and words of ours, so an admin can filter by them. */
export const RV_PROVIDER = defineSearchAttributeKey('RvProvider', 'KEYWORD')
const RV_ORGANIZATION = defineSearchAttributeKey('RvOrganization', 'KEYWORD')
export const RV_INTEGRATION = defineSearchAttributeKey('RvIntegration', 'KEYWORD')
export const RV_HEALTH = defineSearchAttributeKey('RvHealth', 'KEYWORD')
export const RV_PHASE = defineSearchAttributeKey('RvPhase', 'KEYWORD')

/** What a client call needs to start a workflow of ours; the caller adds its own wishes. */
export interface Start<Input> {
  readonly workflowId: string
  readonly taskQueue: string
  args: [Input]
  readonly workflowIdReusePolicy?: WorkflowIdReusePolicy
  readonly workflowIdConflictPolicy?: WorkflowIdConflictPolicy
  typedSearchAttributes?: SearchAttributePair[]
  readonly staticSummary?: string
}

/** How an operation is started: one run for each, ever. */
export const operationStart = (kind: StartKind, input: OperationInput): Start<OperationInput> => ({
  workflowId: operationWorkflowId(kind, input.operationId),
  taskQueue: OPERATIONS_QUEUE,
  args: [input],
  workflowIdReusePolicy: 'REJECT_DUPLICATE',
  typedSearchAttributes: [{ key: RV_ORGANIZATION, value: input.organizationId }],
  staticSummary: `${kind}, asked for by a person`,
})

/** How an event is started: again and again if need be, its row is the guard. */
export const eventStart = (input: EventInput): Start<EventInput> => ({
  workflowId: eventWorkflowId(input.eventId),
  taskQueue: EVENTS_QUEUE,
  args: [input],
  workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  workflowIdConflictPolicy: 'USE_EXISTING',
  typedSearchAttributes: [{ key: RV_ORGANIZATION, value: input.organizationId }],
})

/** How a burst is started. Only what the relay claimed is in it. */
export const burstStart = (input: BurstInput): Start<BurstInput> => ({
  workflowId: burstWorkflowId(input.events[0]?.eventId ?? ''),
  taskQueue: BURSTS_QUEUE,
  args: [input],
  workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  workflowIdConflictPolicy: 'USE_EXISTING',
  staticSummary: `${input.events.length} events under backlog`,
})

/** How an owner is started where it does not run; always together with a signal. */
export const integrationStart = (
  input: IntegrationInput,
  provider: string,
): Start<IntegrationInput> => ({
  workflowId: integrationWorkflowId(input.integrationId),
  taskQueue: INTEGRATIONS_QUEUE,
  args: [input],
  typedSearchAttributes: [
    { key: RV_PROVIDER, value: provider },
    { key: RV_ORGANIZATION, value: input.organizationId },
    { key: RV_INTEGRATION, value: input.integrationId },
  ],
  staticSummary: `the one owner of a ${provider} integration`,
})
