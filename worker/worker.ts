import { type NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker'
import type { Activities } from '../activities/index.ts'
import {
  BURSTS_QUEUE,
  EVENTS_QUEUE,
  INTEGRATIONS_QUEUE,
  OPERATIONS_QUEUE,
} from '../workflows/contract.ts'
import { safeFailures } from './safe-failures.ts'

/** What every worker of ours is made of. */
export interface WorkerDeps {
  readonly connection: NativeConnection
  readonly namespace: string
  readonly bundle: WorkflowBundle
  readonly activities: Activities
}

/** After a crash of its worker, a workflow with a person waiting is taken over within two seconds. */
const STICKY_TIMEOUT = '2 seconds' as const
/** In-flight work ends within the twenty seconds that a shutdown may take. */
const SHUTDOWN_GRACE = '10 seconds' as const

const common = (deps: WorkerDeps) => ({
  connection: deps.connection,
  namespace: deps.namespace,
  workflowBundle: deps.bundle,
  activities: deps.activities,
  interceptors: { activity: [safeFailures] },
  stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
  shutdownGraceTime: SHUTDOWN_GRACE,
})

/** Handles bookings: local activities on the database only, no call to a provider. */
export const createEventWorker = (deps: WorkerDeps): Promise<Worker> =>
  Worker.create({
    ...common(deps),
    taskQueue: EVENTS_QUEUE,
    maxConcurrentLocalActivityExecutions: 20,
    maxConcurrentActivityTaskExecutions: 1,
    maxConcurrentActivityTaskPolls: 1,
    maxConcurrentWorkflowTaskPolls: 4,
    maxCachedWorkflows: 200,
  })

/** Works on a backlog: as many bursts at once as the relay starts, and a few of another relay. */
export const createBurstWorker = (deps: WorkerDeps): Promise<Worker> =>
  Worker.create({
    ...common(deps),
    taskQueue: BURSTS_QUEUE,
    maxConcurrentLocalActivityExecutions: 6,
    maxConcurrentActivityTaskExecutions: 1,
    maxConcurrentActivityTaskPolls: 1,
    maxConcurrentWorkflowTaskPolls: 2,
    maxCachedWorkflows: 10,
  })

/** Handles what a person waits for. */
export const createOperationWorker = (deps: WorkerDeps): Promise<Worker> =>
  Worker.create({
    ...common(deps),
    taskQueue: OPERATIONS_QUEUE,
    maxConcurrentWorkflowTaskPolls: 4,
    maxConcurrentActivityTaskPolls: 4,
    maxCachedWorkflows: 200,
  })

/** Carries the owners. Ten thousand that wake together stand behind each other, not before people. */
export const createIntegrationWorker = (deps: WorkerDeps): Promise<Worker> =>
  Worker.create({
    ...common(deps),
    taskQueue: INTEGRATIONS_QUEUE,
    maxConcurrentActivityTaskExecutions: 40,
    maxConcurrentWorkflowTaskPolls: 4,
    maxConcurrentActivityTaskPolls: 4,
    maxCachedWorkflows: 500,
  })
