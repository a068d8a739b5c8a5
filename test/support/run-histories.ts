import type { Client } from '@temporalio/client'
import proto from '@temporalio/proto'

const { EventType } = proto.temporal.api.enums.v1

type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent

/** Promises the histories of all runs of a workflow so far, oldest first. */
export async function runsOf(client: Client, workflowId: string): Promise<HistoryEvent[][]> {
  const newest = await client.workflow.getHandle(workflowId).fetchHistory()
  const first = startOf(newest.events ?? [])?.firstExecutionRunId ?? ''
  const runs: HistoryEvent[][] = []
  for (let runId: string | null | undefined = first; runId != null && runId !== ''; ) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory()
    runs.push(events ?? [])
    runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId
  }
  return runs
}

const startOf = (events: readonly HistoryEvent[]) =>
  events[0]?.workflowExecutionStartedEventAttributes

/** What Temporal counts as an action; a local activity is a marker in the history. */
const ACTIONS = {
  starts: EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  activities: EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
  localActivities: EventType.EVENT_TYPE_MARKER_RECORDED,
  timers: EventType.EVENT_TYPE_TIMER_STARTED,
  signals: EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  upserts: EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
} as const

/** How many actions of each kind there were, and all together. */
export type Actions = Record<keyof typeof ACTIONS | 'all', number>

/** The actions in these runs from one moment of the server's clock until another. */
export function actionsIn(
  runs: readonly (readonly HistoryEvent[])[],
  { from = 0, to = Number.POSITIVE_INFINITY }: { from?: number; to?: number } = {},
): Actions {
  const events = runs.flat().filter((event) => {
    const at = Number(event.eventTime?.seconds ?? 0) * 1_000
    return at >= from && at < to
  })
  const counts = Object.fromEntries(
    Object.entries(ACTIONS).map(([name, type]) => [
      name,
      events.filter(({ eventType }) => eventType === type).length,
    ]),
  )
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return { ...counts, all } as Actions
}

/** How often each activity was asked for, local ones aside. */
export function activitiesIn(runs: readonly (readonly HistoryEvent[])[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const event of runs.flat()) {
    const name = event.activityTaskScheduledEventAttributes?.activityType?.name
    if (name != null) counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
