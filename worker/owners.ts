import type { Client } from '@temporalio/client'
import { integrationIdOf, integrationWorkflowId } from '../workflows/contract.ts'

/** An owner that runs. */
export interface RunningOwner {
  readonly integrationId: string
  /** When its present run began. */
  readonly since: Date
}

/** The owners that run in Temporal, as its visibility tells it: a few seconds late. */
export interface Owners {
  readonly running: () => AsyncIterable<RunningOwner>
  /** Ends one, and says why to whoever reads its history. */
  readonly end: (integrationId: string, why: string) => Promise<void>
}

const RUNNING_OWNERS = `WorkflowType = 'integration' AND ExecutionStatus = 'Running'`

/** The owners of a client's namespace. */
export const createOwners = (client: Client): Owners => ({
  async *running() {
    for await (const { workflowId, startTime } of client.workflow.list({ query: RUNNING_OWNERS })) {
      const integrationId = integrationIdOf(workflowId)
      if (integrationId !== undefined) yield { integrationId, since: startTime }
    }
  },
  async end(integrationId, why) {
    await client.workflow.getHandle(integrationWorkflowId(integrationId)).terminate(why)
  },
})
