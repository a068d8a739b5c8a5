import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type { Client } from '@temporalio/client'
import type { StartKind } from '../domain/operation.ts'
import type { OwnerHint, Pace } from '../domain/owner-state.ts'
import {
  eventStart,
  integrationStart,
  integrationWorkflowId,
  nudged,
  OPERATION_WORKFLOWS,
  operationStart,
  wantedChanged,
} from '../workflows/contract.ts'
import type { OperationInput } from '../workflows/contract.ts'
import { askOwner, type OwnerTold } from './owner-told.ts'
import { createEventStarts } from './event-starts.ts'
import type { Facts, Reservation } from './event-starts.ts'
import { withFacts, withoutFacts } from './search-facts.ts'
import { asProblem, isAboutAttributes, nameOf } from './temporal-errors.ts'

/** All that the API asks of the workflows. */
export interface Gateway {
  /** Whether Temporal answers now. */
  isReachable(): Promise<boolean>
  /** Starts an operation's workflow once; 'later' leaves it to the relay. Never throws. */
  startOperation(
    kind: StartKind,
    input: OperationInput,
    facts?: Facts,
  ): Promise<'started' | 'later'>
  /** A place for starting an event's workflow; undefined leaves the event to the relay. */
  reserveEvent(): Reservation | undefined
  /** Asks the owner of an integration for one of its jobs; a dead owner comes to life. */
  nudge(nudge: Nudge): Promise<void>
  /** The owner's own account of "why?", that none runs, or that nobody answers for it. */
  explain(integrationId: string): Promise<OwnerTold>
}

/** Which owner is asked for what. */
export interface Nudge {
  readonly organizationId: string
  readonly integrationId: string
  readonly provider: string
  /** Without one: look at the row again. */
  readonly hint?: OwnerHint
}

export interface GatewayDeps {
  /** The connected client, or undefined while Temporal has not been reached yet. */
  readonly client: () => Client | undefined
  readonly warn: (message: string) => void
  /** The intervals of owners that a nudge brings to life. */
  readonly pace?: Pace
}

/** A person waits and the row is committed: whoever is slower than this is left to the relay. */
const DEADLINE_MS = 1_500

/** The only speaker to Temporal in this process; it alone knows Temporal's errors. */
export function createGateway({ client, warn, pace }: GatewayDeps): Gateway {
  let hasAttributes = true

  /** Every call has a deadline: without one the SDK waits, and a person with it, for ever. */
  async function call<T>(ask: (temporal: Client) => Promise<T>): Promise<T> {
    const temporal = client()
    if (temporal === undefined) throw new Error('Temporal has not been reached yet')
    return temporal.withDeadline(Date.now() + DEADLINE_MS, () => ask(temporal))
  }

  /** A cluster without our search attributes refuses the start: bookings matter more than search. */
  async function start<T>(
    ask: (temporal: Client, searchable: Searchable) => Promise<T>,
  ): Promise<T> {
    const attempt = (): Promise<T> =>
      call((temporal) => ask(temporal, hasAttributes ? withFacts : withoutFacts))
    try {
      return await attempt()
    } catch (error) {
      if (!hasAttributes || !isAboutAttributes(error)) throw error
      hasAttributes = false
      warn('Temporal does not know our search attributes: register RvProvider and its fellows')
      return attempt()
    }
  }

  const reserve = createEventStarts({
    warn,
    start: (input, facts) =>
      start((temporal, searchable) =>
        temporal.workflow.start('processEvent', {
          ...searchable(eventStart(input), facts),
          // A worker on this very connection takes it from our hands, without a detour.
          requestEagerStart: true,
        }),
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
      try {
        await start((temporal, searchable) =>
          temporal.workflow.start(
            OPERATION_WORKFLOWS[kind],
            searchable(operationStart(kind, input), facts),
          ),
        )
        return 'started'
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'started'
        warn(`${kind} is left to the relay: ${nameOf(error)}`)
        return 'later'
      }
    },

    reserveEvent: () => (client() === undefined ? undefined : reserve()),

    async nudge({ organizationId, integrationId, provider, hint }) {
      const input = { organizationId, integrationId, ...(pace === undefined ? {} : { pace }) }
      await asProblem(() =>
        start((temporal, searchable) => {
          const owner = searchable(integrationStart(input, provider))
          return hint === undefined
            ? temporal.workflow.signalWithStart('integration', { ...owner, signal: wantedChanged })
            : temporal.workflow.signalWithStart('integration', {
                ...owner,
                signal: nudged,
                signalArgs: [hint],
              })
        }),
      )
    },

    explain: (integrationId) => askOwner(call, integrationWorkflowId(integrationId)),
  }
}

type Searchable = typeof withFacts
