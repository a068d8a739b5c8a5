import type { WorkflowHandle } from '@temporalio/client'
import proto from '@temporalio/proto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'

const { EventType } = proto.temporal.api.enums.v1

const BEGINNINGS: ReadonlySet<number> = new Set([
  EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
])
const ENDS: ReadonlySet<number> = new Set([
  EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
  EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT,
  EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED,
])

/** How many tasks and calls of a workflow have begun and not ended: each keeps time from skipping. */
export async function tasksUnderWay(workflow: WorkflowHandle): Promise<number> {
  const { events } = await workflow.fetchHistory()
  const types = (events ?? []).map(({ eventType }) => eventType ?? 0)
  const count = (of: ReadonlySet<number>): number => types.filter((type) => of.has(type)).length
  return count(BEGINNINGS) - count(ENDS)
}

/**
 * Ends a workflow from outside. The server that skips time forgets to let go of what was under way
 * at that moment, and would never skip again: we do it for it. Of activities with a single try
 * only, since one that waits for its next try holds nothing.
 */
export async function endWorkflow(
  env: TestWorkflowEnvironment,
  workflow: WorkflowHandle,
): Promise<void> {
  await workflow.terminate('ended by the play')
  for (let left = await tasksUnderWay(workflow); left > 0; left -= 1)
    await env.connection.testService?.unlockTimeSkipping({})
}
