import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type { Nudge } from '../activities/deps.ts'
import type { StartKind } from '../domain/operation.ts'
import type { OwnerHint, Pace } from '../domain/owner-state.ts'
import {
  type BurstInput,
  burstStart,
  type EventInput,
  eventStart,
  type Integration,
  integrationStart,
  nudged,
  OPERATION_WORKFLOWS,
  type OperationInput,
  operationStart,
  type ProcessBurst,
  type ProcessEvent,
  wantedChanged,
} from '../workflows/contract.ts'

/** All that a worker process starts in Temporal. */
export interface Starter {
  readonly startEvent: (event: EventInput) => Promise<void>
  /** Starts a burst and waits until it has ended. */
  readonly runBurst: (events: readonly EventInput[]) => Promise<void>
  readonly startOperation: (
    operation: OperationInput & { readonly kind: StartKind },
  ) => Promise<void>
  /** Says "look again" to an owner, and starts it where it does not run. */
  readonly nudgeOwner: (nudge: Nudge) => Promise<void>
}

/** A start must not hold up the relay for longer than a person would notice. */
const START_DEADLINE_MS = 5_000

/** The starter of this process, over its one Temporal client. */
export function createStarter(client: Client, pace?: Pace): Starter {
  const soon = <T>(call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + START_DEADLINE_MS, call)

  return {
    async startEvent(event) {
      await soon(() => client.workflow.start<ProcessEvent>('processEvent', eventStart(event)))
    },
    async runBurst(events) {
      const input: BurstInput = { events }
      const burst = await soon(() =>
        client.workflow.start<ProcessBurst>('processBurst', burstStart(input)),
      )
      await burst.result()
    },
    async startOperation({ kind, organizationId, operationId }) {
      const options = operationStart(kind, { organizationId, operationId })
      try {
        await soon(() => client.workflow.start(OPERATION_WORKFLOWS[kind], options))
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      }
    },
    async nudgeOwner({ organizationId, integrationId, provider, hint }) {
      const start = integrationStart(
        { organizationId, integrationId, ...(pace && { pace }) },
        provider,
      )
      await soon(() =>
        hint === undefined
          ? client.workflow.signalWithStart<Integration>('integration', {
              ...start,
              signal: wantedChanged,
            })
          : client.workflow.signalWithStart<Integration, [OwnerHint]>('integration', {
              ...start,
              signal: nudged,
              signalArgs: [hint],
            }),
      )
    },
  }
}
