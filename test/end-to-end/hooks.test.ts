import assert from 'node:assert/strict'
import { Worker } from '@temporalio/worker'
import { createGateway } from '../../api/gateway.ts'
import { INTEGRATIONS_QUEUE, integrationWorkflowId } from '../../workflows/contract.ts'
import { callerOf, type Json, type Told } from '../api/calling.ts'
import { startTestApi, type TestApi, tokenOf } from '../api/harness.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { devServer, type DevServer, workflowBundle } from '../support/temporal.ts'
import { until } from '../support/until.ts'

describe('hooks of an account, from REST to the provider and back', function hooksSuite() {
  this.timeout(60_000)
  let server: DevServer
  let api: TestApi
  let stage: Stage
  const call = callerOf(() => api)
  before(async function startServer() {
    this.timeout(300_000)
    server = await devServer()
    const gateway = createGateway({ client: () => server.client, warn: () => {} })
    api = await startTestApi({ gateway, options: { patienceMs: 15_000 } })
    stage = await setStage({ ...api, ingress: api.ingressStore })
    await stage.connect()
  })
  after(async () => {
    await stage.close()
    await api.close()
  })

  async function admin(): Promise<string> {
    const { rows } = await api.owner.query(
      `select o.external_id as organization, u.subject from organization o
       join app_user u on u.organization_id = o.id where o.id = $1`,
      [stage.organizationId],
    )
    return tokenOf({ ...rows[0], role: 'admin' })
  }

  it('lists, removes the foreign one that is named, and leaves the live one to its owner', async () => {
    const { integrationId } = stage.job()
    const token = await admin()
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue: INTEGRATIONS_QUEUE,
      workflowBundle: await workflowBundle(),
      activities: stage.activities,
    })
    const list = (): Promise<Told> => call(`/api/hooks?integration_id=${integrationId}`, { token })
    await worker.runUntil(async () => {
      try {
        await call(`/api/integrations/${integrationId}/reconcile`, { token, body: {} })
        await until(async () => (await stage.visitor.hooks()).length === 1)
        const tokens = await stage.visitor.connect()
        const { body } = await stage.visitor.subscribe(tokens, { url: 'http://elsewhere.test/1' })
        const { uri } = body.resource

        const before = await list()
        const removed = await call('/api/hooks/remove', {
          token,
          body: { integration_id: integrationId, uri, confirm: true },
        })
        const swept = await call('/api/hooks/sweep', {
          token,
          body: { integration_id: integrationId },
        })

        assert.deepEqual(told(before).toSorted(), ['foreign null', 'ours live'])
        assert.equal(removed.status, 200)
        assert.deepEqual((removed.body['removed'] as Json[])[0]?.['uri'], uri)
        assert.deepEqual([swept.status, swept.body], [200, { removed: [] }])
        assert.deepEqual(told(await list()), ['ours live'])
        assert.equal((await stage.visitor.hooks()).length, 1)
      } finally {
        const owner = server.client.workflow.getHandle(integrationWorkflowId(integrationId))
        await owner.terminate('the test is over')
      }
    })
  })
})

const told = ({ body }: Told): string[] =>
  (body['items'] as Json[]).map(({ whose, use }) => `${String(whose)} ${String(use)}`)
