import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { ApplicationFailure } from '@temporalio/activity'
import type { WorkflowHandle } from '@temporalio/client'
import { Worker } from '@temporalio/worker'
import { newId } from '../../db/ids.ts'
import { createCensus } from '../../worker/census.ts'
import { createOwners, type Owners } from '../../worker/owners.ts'
import { createStarter, type Starter } from '../../worker/starter.ts'
import {
  INTEGRATIONS_QUEUE,
  integrationStart,
  integrationWorkflowId,
} from '../../workflows/contract.ts'
import { aTenant, openWorld, type Tenant, type World } from '../db/world.ts'
import { ownerWorld, type OwnerWorld } from '../support/owner-world.ts'
import { devServer, type DevServer, workflowBundle } from '../support/temporal.ts'

const MINUTE = 60_000
const LOG = { info: () => {}, warn: () => {} }

describe('census of owners', function censusSuite() {
  this.timeout(120_000)
  let world: World
  let server: DevServer
  let owners: Owners
  let starter: Starter
  let tenant: Tenant
  before(async function startServer() {
    this.timeout(300_000)
    server = await devServer()
    world = await openWorld()
    owners = createOwners(server.client)
    starter = createStarter(server.client)
  })
  after(() => world.close())
  beforeEach(async () => void (tenant = await aTenant(world)))
  afterEach(async () => {
    for await (const { integrationId } of owners.running())
      await owners.end(integrationId, 'the test is over').catch(() => undefined)
    await world.owner.query(`delete from cleanup_debt`)
    await world.owner.query(`update integration set wanted = 'disconnected'`)
  })

  const handleOf = (integrationId: string): WorkflowHandle =>
    server.client.workflow.getHandle(integrationWorkflowId(integrationId))

  const statusOf = async (integrationId: string): Promise<string> =>
    (await handleOf(integrationId).describe()).status.name

  const start = (integrationId = tenant.integrationId): Promise<unknown> => {
    const { organizationId } = tenant
    return server.client.workflow.start('integration', {
      ...integrationStart({ organizationId, integrationId }, 'calendly'),
    })
  }

  /** Takes a census as if so long had passed, once visibility tells exactly of these owners. */
  async function census(seen: readonly string[], minutes = 0): Promise<void> {
    for (let ids: string[] = ['not read']; !isSame(ids, seen); await pause(20)) {
      ids = []
      for await (const { integrationId } of owners.running()) ids.push(integrationId)
    }
    const deps = { database: world.database, starter, owners, log: LOG }
    await createCensus(deps)(Date.now() + minutes * MINUTE)
  }

  /** Runs owners for real while the test plays. */
  async function withWorker(behind: OwnerWorld, play: () => Promise<void>): Promise<void> {
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue: INTEGRATIONS_QUEUE,
      workflowBundle: await workflowBundle(),
      activities: behind.activities,
    })
    await worker.runUntil(async () => {
      await play()
      // Nothing may be in flight when the worker ends.
      await owners.end(tenant.integrationId, 'the test is over').catch(() => undefined)
    })
  }

  it('starts an owner that was terminated, and it goes to work at once', async () => {
    const behind = ownerWorld()
    await withWorker(behind, async () => {
      await start()
      await isDone(behind, 1)
      await handleOf(tenant.integrationId).terminate('by hand, in the Temporal UI')

      await census([])

      await isDone(behind, 2)
      assert.equal(await statusOf(tenant.integrationId), 'RUNNING')
    })
  })

  it('starts an owner that failed', async () => {
    const behind = ownerWorld()
    const { readWanted } = behind.activities
    behind.activities.readWanted = async () => {
      throw ApplicationFailure.nonRetryable('a bug')
    }
    await withWorker(behind, async () => {
      await start()
      await assert.rejects(handleOf(tenant.integrationId).result())
      Object.assign(behind.activities, { readWanted })
    })
    assert.equal(await statusOf(tenant.integrationId), 'FAILED')

    await census([])

    assert.equal(await statusOf(tenant.integrationId), 'RUNNING')
  })

  it('starts the owner of a disconnected integration that still owes something', async () => {
    await world.owner.query(`update integration set wanted = 'disconnected' where id = $1`, [
      tenant.integrationId,
    ])
    await census([])
    await assert.rejects(statusOf(tenant.integrationId))

    await world.owner.query(
      `insert into cleanup_debt (organization_id, id, integration_id, kind, expires_at)
       values ($1, $2, $3, 'token', now() + interval '72 hours')`,
      [tenant.organizationId, newId(), tenant.integrationId],
    )
    await census([])

    assert.equal(await statusOf(tenant.integrationId), 'RUNNING')
  })

  it('ends an owner whose row is gone, with the reason in its history', async () => {
    const orphan = newId()
    await start()
    await start(orphan)

    await census([tenant.integrationId, orphan], 11)

    assert.equal(await statusOf(orphan), 'TERMINATED')
    assert.equal(await statusOf(tenant.integrationId), 'RUNNING')
    await assert.rejects(handleOf(orphan).result(), (error: Error) =>
      /no longer exists/.test(String(error.cause)),
    )
  })

  it('ends an owner whose row has been closed for a week, and audits it', async () => {
    await start()
    await world.owner.query(
      `update integration set wanted = 'disconnected', status = 'disconnected',
         observed_revision = wanted_revision, disconnected_at = now() - interval '6 days'
       where id = $1`,
      [tenant.integrationId],
    )
    await census([tenant.integrationId], 11)
    const early = await statusOf(tenant.integrationId)

    await world.owner.query(
      `update integration set disconnected_at = now() - interval '8 days' where id = $1`,
      [tenant.integrationId],
    )
    await census([tenant.integrationId], 11)

    assert.deepEqual([early, await statusOf(tenant.integrationId)], ['RUNNING', 'TERMINATED'])
    const { rows } = await world.owner.query(
      `select action, actor_user_id, subject, detail from audit_entry where organization_id = $1`,
      [tenant.organizationId],
    )
    assert.deepEqual(rows, [
      {
        action: 'integration.ownerEnded',
        actor_user_id: null,
        subject: `integration/${tenant.integrationId}`,
        detail: { why: 'its integration is closed' },
      },
    ])
  })

  it('leaves owners alone that are younger than ten minutes: their row may be on its way', async () => {
    const young = newId()
    await start(young)
    await start()

    await census([young, tenant.integrationId], 9)

    assert.equal(await statusOf(young), 'RUNNING')
  })

  it('is taken every ten minutes only', async () => {
    let listed = 0
    const counting: Owners = {
      ...owners,
      running: () => {
        listed += 1
        return owners.running()
      },
    }
    const deps = { database: world.database, starter, owners: counting, log: LOG }
    const takeCensus = createCensus(deps)
    const now = Date.now()

    for (const minute of [0, 1, 9, 10]) await takeCensus(now + minute * MINUTE)

    assert.equal(listed, 2)
  })
})

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id))

async function isDone(behind: OwnerWorld, passes: number): Promise<void> {
  while (behind.done.filter(({ name }) => name === 'reconcileHook').length < passes) await pause(20)
}
