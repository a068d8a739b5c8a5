import { Client } from '@temporalio/client'
import proto from '@temporalio/proto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'

const { EventType } = proto.temporal.api.enums.v1

/** What holds the time of the server that skips it, and what lets it go again. */
const HOLDS: ReadonlySet<number> = new Set([
  EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
])
const LETS_GO: ReadonlySet<number> = new Set([
  EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
  EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT,
  EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED,
])

/**
 * Ends a workflow from outside. The server that skips time forgets to let go of what was under way
 * at that moment, and would never skip again: we do it for it. Of activities with a single try
 * only, since one that waits for its next try holds nothing.
 */
export async function endWorkflow(env: TestWorkflowEnvironment, workflowId: string): Promise<void> {
  const workflow = new Client({ connection: env.connection }).workflow.getHandle(workflowId)
  await workflow.terminate('ended by the play')
  const types = ((await workflow.fetchHistory()).events ?? []).map((it) => it.eventType ?? 0)
  const held = types.filter((type) => HOLDS.has(type)).length
  const letGo = types.filter((type) => LETS_GO.has(type)).length
  for (let left = held - letGo; left > 0; left -= 1)
    await env.connection.testService?.unlockTimeSkipping({})
}
