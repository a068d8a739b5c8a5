import { randomUUID } from 'node:crypto'
import { Client } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import type { Activities } from '../../activities/index.ts'
import type { Nudge } from '../../activities/deps.ts'
import { newId } from '../../db/ids.ts'
import { type IntegrationJson, showIntegration, want } from '../../db/integrations.ts'
import { createOperation } from '../../db/operations.ts'
import type { OperationKind, OperationReport } from '../../domain/operation.ts'
import type { Wanted } from '../../domain/integration-status.ts'
import {
  integrationStart,
  integrationWorkflowId,
  lookAgain,
  nudged,
  OPERATION_WORKFLOWS,
  operationStart,
  wantedChanged,
} from '../../workflows/contract.ts'
import type { World } from '../db/world.ts'
import { type Asking, setStage, type Stage } from './connected.ts'
import { endWorkflow, tasksUnderWay } from './ended-workflow.ts'
import { workflowBundle } from './temporal.ts'
import { until } from './until.ts'

/** A stage whose integration is owned by the real workflow, as a worker runs it. */
export interface OwnedStage extends Stage {
  /** Consents and follows the real connect until its outcome. */
  connected(asking?: Asking): Promise<OperationReport>
  /** Commits a wish as the API does, and follows its real workflow until the outcome. */
  wished(kind: keyof typeof WANTED): Promise<OperationReport>
  /** The integration as REST shows it. */
  shown(): Promise<IntegrationJson>
  /** Resolves once the owner has nothing left to do, for ever. */
  ownerEnded(): Promise<void>
  /** Ends the owner without its doing, as a mistaken admin does. */
  ownerLost(): Promise<void>
  pass(duration: Parameters<TestWorkflowEnvironment['sleep']>[0]): Promise<void>
}

const WANTED = {
  reconnect: 'connected',
  disconnect: 'disconnected',
} as const satisfies Partial<Record<OperationKind, Wanted>>

/** What a play needs: a server that skips time, and who looks over the shoulder of the jobs. */
export interface Setting {
  readonly env: TestWorkflowEnvironment
  readonly world: World
  readonly watch?: (activities: Activities, stage: Stage) => Partial<Activities>
}

/** Plays with a sandbox, real rows, the real activities and the real workflows. */
export async function withOwner(
  { env, world, watch }: Setting,
  play: (stage: OwnedStage) => Promise<void>,
): Promise<void> {
  const stage = await setStage(world, { patienceMs: 2_000 })
  const taskQueue = randomUUID()
  // Not the environment's own, which skips time while it waits, past calls that are under way.
  const client = new Client({ connection: env.connection })
  const nudgeOwner = async ({ provider, hint, ...row }: Nudge): Promise<void> => {
    const start = { ...integrationStart(row, provider), taskQueue }
    const signal =
      hint === undefined ? { signal: wantedChanged } : { signal: nudged, signalArgs: [hint] }
    await client.workflow.signalWithStart('integration', { ...start, ...signal } as never)
  }
  const activities = stage.elsewhere({ nudgeOwner })
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: { ...activities, ...watch?.(activities, stage) },
  })
  const { organizationId, userId } = stage
  let integrationId = ''

  async function follow(kind: OperationKind, operationId: string): Promise<OperationReport> {
    const start = operationStart(kind, { organizationId, operationId })
    const workflow = OPERATION_WORKFLOWS[kind]
    const handle = await client.workflow.start(workflow, { ...start, taskQueue })
    const row = async () => {
      const { rows } = await world.owner.query(
        'select integration_id, outcome from operation where id = $1',
        [operationId],
      )
      return rows[0]
    }
    // The operation looks at its row in a second; told of the outcome, it looks now.
    await until(async () => (await row())?.outcome !== null)
    await handle.signal(lookAgain).catch(() => undefined)
    const report: OperationReport = await handle.result()
    integrationId = (await row())?.integration_id ?? ''
    return report
  }

  /** What is under way comes to its end first, as a worker that is shut down lets it. */
  async function end(): Promise<void> {
    const owner = client.workflow.getHandle(integrationWorkflowId(integrationId))
    await until(async () => (await tasksUnderWay(owner)) === 0)
    // Between this look and the end a timer may have fired.
    await endWorkflow(env, owner)
  }

  const owned: OwnedStage = {
    ...stage,
    deps: { ...stage.deps, nudgeOwner },
    activities,
    connected: async (asking) => follow('connect', await stage.consent(asking)),
    wished: async (kind) => {
      const operationId = newId()
      await world.database.withTenant(organizationId, async (tx) => {
        await createOperation(tx, {
          id: operationId,
          kind,
          provider: 'calendly',
          scope: 'user',
          userId,
          integrationId,
          expiresAt: new Date(Date.now() + 600_000),
        })
        await want(tx, { integrationId, wanted: WANTED[kind], operationId })
      })
      return follow(kind, operationId)
    },
    shown: async () => {
      const viewer = { userId, role: 'admin', seesAll: true } as const
      const found = await world.database.withTenant(organizationId, (tx) =>
        showIntegration(tx, viewer, integrationId),
      )
      if (found === undefined) throw new Error('there is no integration yet')
      return found
    },
    job: () => ({ organizationId, integrationId, now: Date.now() }),
    ownerEnded: async () => {
      const owner = client.workflow.getHandle(integrationWorkflowId(integrationId))
      // A quarter of an hour is the longest that an owner waits before it tries again.
      for (let look = 0; (await owner.describe()).status.name === 'RUNNING'; look += 1) {
        if (look === 60) throw new Error('the owner does not end')
        await env.sleep('1 minute')
      }
    },
    ownerLost: end,
    pass: (duration) => env.sleep(duration),
  }
  try {
    await worker.runUntil(async () => {
      try {
        await play(owned)
      } finally {
        await end().catch(() => undefined)
      }
    })
  } finally {
    await stage.close()
  }
}
