import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type { Client, WorkflowStartOptions } from '@temporalio/client'
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
} from '@temporalio/common'
import type { OperationKind } from '../domain/operation.ts'
import type { OwnerExplanation, OwnerHint } from '../domain/owner-state.ts'
import {
  EVENTS_QUEUE,
  eventWorkflowId,
  explain as explainQuery,
  INTEGRATIONS_QUEUE,
  integrationWorkflowId,
  nudged,
  OPERATION_WORKFLOWS,
  operationWorkflowId,
  OPERATIONS_QUEUE,
} from '../workflows/contract.ts'
import type { IntegrationInput, OperationInput } from '../workflows/contract.ts'
import { createEventStarts } from './event-starts.ts'
import type { Facts, Reservation } from './event-starts.ts'
import { HttpProblem } from './problems.ts'
import { asProblem, isAboutAttributes, nameOf } from './temporal-errors.ts'

/** All that the API asks of the workflows. */
export interface Gateway {
  /** Whether Temporal answers now. */
  isReachable(): Promise<boolean>
  /** Starts an operation's workflow once; 'later' leaves it to the relay. Never throws. */
  startOperation(
    kind: OperationKind,
    input: OperationInput,
    facts: Facts,
  ): Promise<'started' | 'later'>
  /** A place for starting an event's workflow; undefined leaves the event to the relay. */
  reserveEvent(): Reservation | undefined
  /** Asks the owner of an integration for one of its jobs; a dead owner comes to life. */
  nudge(input: IntegrationInput, hint: OwnerHint): Promise<void>
  /** The owner's own account of "why?"; undefined where no owner runs. */
  explain(integrationId: string): Promise<OwnerExplanation | undefined>
}

export interface GatewayDeps {
  /** The connected client, or undefined while Temporal has not been reached yet. */
  readonly client: () => Client | undefined
  readonly warn: (message: string) => void
}

/** A person waits and the row is committed: whoever is slower than this is left to the relay. */
const DEADLINE_MS = 1_500

const PROVIDER = defineSearchAttributeKey('RvProvider', SearchAttributeType.KEYWORD)
const ORGANIZATION = defineSearchAttributeKey('RvOrganization', SearchAttributeType.KEYWORD)
const INTEGRATION = defineSearchAttributeKey('RvIntegration', SearchAttributeType.KEYWORD)

/** The only speaker to Temporal in this process; it alone knows Temporal's errors. */
export function createGateway({ client, warn }: GatewayDeps): Gateway {
  let hasAttributes = true

  function connected(): Client {
    const present = client()
    if (present === undefined) throw new Error('Temporal has not been reached yet')
    return present
  }

  /** Every call has a deadline: without one the SDK waits, and a person with it, for ever. */
  async function call<T>(ask: (temporal: Client) => Promise<T>): Promise<T> {
    const temporal = connected()
    return temporal.withDeadline(Date.now() + DEADLINE_MS, () => ask(temporal))
  }

  function attributesOf(organizationId: string, facts: Facts) {
    if (!hasAttributes) return {}
    const pairs = [
      { key: PROVIDER, value: facts.provider },
      { key: ORGANIZATION, value: organizationId },
      ...(facts.integrationId === undefined
        ? []
        : [{ key: INTEGRATION, value: facts.integrationId }]),
    ]
    return { typedSearchAttributes: new TypedSearchAttributes(pairs) }
  }

  /** A cluster without our search attributes refuses the start: bookings matter more than search. */
  async function tolerant<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      if (!hasAttributes || !isAboutAttributes(error)) throw error
      hasAttributes = false
      warn('Temporal does not know RvProvider, RvOrganization, RvIntegration: register them')
      return ask()
    }
  }

  const reserve = createEventStarts({
    warn,
    start: (input, facts) =>
      tolerant(() =>
        call((temporal) =>
          temporal.workflow.start('processEvent', {
            taskQueue: EVENTS_QUEUE,
            workflowId: eventWorkflowId(input.eventId),
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            workflowIdConflictPolicy: 'USE_EXISTING',
            requestEagerStart: true,
            args: [input],
            staticSummary: `event from ${facts.provider}`,
            ...attributesOf(input.organizationId, facts),
          }),
        ),
      ),
  })

  return {
    async isReachable() {
      try {
        await call((temporal) => temporal.workflowService.getSystemInfo({}))
        return true
      } catch {
        return false
      }
    },

    async startOperation(kind, input, facts) {
      const options = (): WorkflowStartOptions => ({
        taskQueue: OPERATIONS_QUEUE,
        workflowId: operationWorkflowId(kind, input.operationId),
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        args: [input],
        staticSummary: `${kind} ${facts.provider}`,
        ...attributesOf(input.organizationId, facts),
      })
      try {
        await tolerant(() =>
          call((temporal) => temporal.workflow.start(OPERATION_WORKFLOWS[kind], options())),
        )
        return 'started'
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'started'
        warn(`${kind} is left to the relay: ${nameOf(error)}`)
        return 'later'
      }
    },

    reserveEvent: () => (client() === undefined ? undefined : reserve()),

    async nudge(input, hint) {
      await asProblem(() =>
        call((temporal) =>
          temporal.workflow.signalWithStart('integration', {
            taskQueue: INTEGRATIONS_QUEUE,
            workflowId: integrationWorkflowId(input.integrationId),
            args: [input],
            signal: nudged,
            signalArgs: [hint],
          }),
        ),
      )
    },

    async explain(integrationId) {
      try {
        return await asProblem(() =>
          call((temporal) =>
            temporal.workflow.getHandle(integrationWorkflowId(integrationId)).query(explainQuery),
          ),
        )
      } catch (error) {
        if (error instanceof HttpProblem && error.kind === 'not-found') return undefined
        throw error
      }
    },
  }
}
