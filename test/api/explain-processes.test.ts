import assert from 'node:assert/strict'
import type { Client } from '@temporalio/client'
import { Worker } from '@temporalio/worker'
import { createGateway } from '../../api/gateway.ts'
import { INTEGRATIONS_QUEUE, integrationWorkflowId } from '../../workflows/contract.ts'
import { ownerWorld } from '../support/owner-world.ts'
import { devServer, type DevServer, workflowBundle } from '../support/temporal.ts'
import { until } from '../support/until.ts'
import { callerOf, type Told } from './calling.ts'
import { aTenant, startTestApi } from './harness.ts'
import type { Tenant, TestApi } from './harness.ts'

describe('the answer to "why?" when processes are missing', function processesSuite() {
  this.timeout(60_000)
  let server: DevServer
  let api: TestApi
  let tenant: Tenant
  let client: Client | undefined
  const call = callerOf(() => api)
  before(async function startServer() {
    this.timeout(300_000)
    server = await devServer()
    api = await startTestApi({ gateway: createGateway({ client: () => client, warn: () => {} }) })
    tenant = await aTenant(api, { userUri: 'user:explained' })
  })
  after(() => api.close())
  beforeEach(() => void (client = server.client))

  const on = (path: string): string => `/api/integrations/${tenant.integrationId}${path}`
  const why = (): Promise<Told> => call(on('/explain'), { token: tenant.token })
  const reconcile = (): Promise<Told> => call(on('/reconcile'), { token: tenant.token, body: {} })

  const says = async (owner: string, first: RegExp): Promise<void> => {
    const { status, body } = await why()
    assert.deepEqual([status, body['owner']], [200, owner])
    assert.match(String(body['summary']), first)
  }

  it('tells an owner that works, a worker that is down, and an owner that is gone', async () => {
    const world = ownerWorld()
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue: INTEGRATIONS_QUEUE,
      workflowBundle: await workflowBundle(),
      activities: world.activities,
    })
    await worker.runUntil(async () => {
      await reconcile()
      await until(() => world.reports.some(({ outcome }) => outcome === 'live'))

      await says('running', /^Everything works: bookings arrive; nothing to do\./)
    })

    await says('workerDown', /^No worker answers, so nothing is checked[^.]*; start the worker/)

    await server.client.workflow.getHandle(integrationWorkflowId(tenant.integrationId)).terminate()
    await says('gone', /^No workflow looks after this integration[^.]*; ask for a reconcile/)
  })

  it('starts a new owner when the person does as told', async () => {
    await says('gone', /ask for a reconcile to start it now/)

    await reconcile()

    const handle = server.client.workflow.getHandle(integrationWorkflowId(tenant.integrationId))
    assert.equal((await handle.describe()).status.name, 'RUNNING')
    await handle.terminate()
  })

  it('answers from the rows while the engine is down', async () => {
    client = undefined
    await api.owner.query(
      `update integration set reason = 'The plan has no webhooks.', next_step = 'Upgrade it.'
       where id = $1`,
      [tenant.integrationId],
    )

    await says('engineDown', /^The workflow engine \(Temporal\) does not answer[^.]*; start it/)

    const { body } = await why()
    assert.match(String(body['summary']), /The plan has no webhooks; upgrade it\./)
  })
})
