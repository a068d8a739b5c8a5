import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { createGateway } from '../../api/gateway.ts'
import type { Gateway } from '../../api/gateway.ts'
import { HttpProblem } from '../../api/problems.ts'
import { eventWorkflowId, operationWorkflowId } from '../../workflows/contract.ts'
import { devServer } from '../support/temporal.ts'
import type { DevServer } from '../support/temporal.ts'

const inOrganization = <Rest extends object>(rest: Rest) => ({
  organizationId: randomUUID(),
  ...rest,
})

describe('gateway', () => {
  let server: DevServer
  let gateway: Gateway
  const warnings: string[] = []
  before(async function startServer() {
    this.timeout(300_000)
    server = await devServer()
    // As in the process: an eager start needs the connection that a worker could share.
    const client = new Client({ connection: server.nativeConnection })
    gateway = createGateway({
      client: () => client,
      warn: (text) => void warnings.push(text),
    })
  })

  const facts = { provider: 'calendly' }
  it('starts an operation once, and counts one that is started already as started', async () => {
    const input = inOrganization({ operationId: randomUUID() })

    const first = await gateway.startOperation('connect', input, facts)
    const second = await gateway.startOperation('connect', input, facts)

    assert.deepEqual([first, second], ['started', 'started'])
    const id = operationWorkflowId('connect', input.operationId)
    const { type } = await server.client.workflow.getHandle(id).describe()
    assert.equal(type, 'connectIntegration')
    await server.client.workflow.getHandle(id).terminate()
  })

  it('starts the making of a series, which is of no provider', async () => {
    const input = inOrganization({ operationId: randomUUID() })

    const started = await gateway.startOperation('series', input)

    const handle = server.client.workflow.getHandle(`series:${input.operationId}`)
    const { type, typedSearchAttributes } = await handle.describe()
    assert.deepEqual([started, type], ['started', 'createSessionSeries'])
    assert.deepEqual(
      typedSearchAttributes.getAll().map(({ key }) => key.name),
      ['RvOrganization'],
    )
    await handle.terminate()
  })

  it('starts an event’s workflow, and takes one that runs already for it', async () => {
    const input = inOrganization({ eventId: randomUUID() })

    await gateway.reserveEvent()?.start(input, facts)
    await gateway.reserveEvent()?.start(input, facts)

    const handle = server.client.workflow.getHandle(eventWorkflowId(input.eventId))
    assert.equal((await handle.describe()).type, 'processEvent')
    assert.ok(gateway.reserveEvent() !== undefined)
    await handle.terminate()
  })

  it('tells an admin the provider, the organization and the integration to search by', async () => {
    const input = inOrganization({ operationId: randomUUID() })
    const integrationId = randomUUID()

    await gateway.startOperation('disconnect', input, { ...facts, integrationId })

    const id = operationWorkflowId('disconnect', input.operationId)
    const handle = server.client.workflow.getHandle(id)
    const { typedSearchAttributes } = await handle.describe()
    assert.deepEqual(
      Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value])),
      {
        RvProvider: 'calendly',
        RvOrganization: input.organizationId,
        RvIntegration: integrationId,
      },
    )
    await handle.terminate()
  })

  it('wakes an owner that does not run', async () => {
    const input = inOrganization({ integrationId: randomUUID() })

    await gateway.nudge({ ...input, provider: 'calendly', hint: 'sync' })

    const handle = server.client.workflow.getHandle(`integration:${input.integrationId}`)
    assert.equal((await handle.describe()).type, 'integration')
    await handle.terminate()
  })

  it('says that no owner runs where there never was one, or it has ended', async () => {
    const input = inOrganization({ integrationId: randomUUID() })
    await gateway.nudge({ ...input, provider: 'calendly', hint: 'sync' })
    await server.client.workflow.getHandle(`integration:${input.integrationId}`).terminate()

    assert.deepEqual(await gateway.explain(randomUUID()), { kind: 'gone' })
    assert.deepEqual(await gateway.explain(input.integrationId), { kind: 'gone' })
  })

  it('tells a worker that does not answer from an engine that does not', async () => {
    const input = inOrganization({ integrationId: randomUUID() })
    await gateway.nudge({ ...input, provider: 'calendly', hint: 'sync' })
    const early = createGateway({ client: () => undefined, warn: () => {} })

    assert.deepEqual(await gateway.explain(input.integrationId), { kind: 'workerDown' })
    assert.deepEqual(await early.explain(input.integrationId), { kind: 'engineDown' })
    await server.client.workflow.getHandle(`integration:${input.integrationId}`).terminate()
  })

  it('knows that Temporal is there', async () => {
    assert.equal(await gateway.isReachable(), true)
  })

  it('leaves everything to the relay while Temporal is down, within its deadline', async () => {
    // Nobody listens on the discard port.
    const connection = Connection.lazy({ address: '127.0.0.1:9' })
    const client = new Client({ connection })
    const down = createGateway({ client: () => client, warn: () => {} })
    const input = inOrganization({ operationId: randomUUID(), integrationId: randomUUID() })

    const began = performance.now()
    const started = await down.startOperation('disconnect', input, facts)
    const took = performance.now() - began

    assert.equal(started, 'later')
    assert.ok(took < 3_000, `${took} ms`)
    assert.equal(await down.isReachable(), false)
    const nudge = { ...input, provider: 'calendly', hint: 'sync' } as const
    await assert.rejects(down.nudge(nudge), (error) => {
      assert.ok(error instanceof HttpProblem)
      return error.kind === 'unavailable' && error.retryAfterSeconds !== undefined
    })
    await connection.close()
  })

  it('reserves no place before Temporal was ever reached', () => {
    const early = createGateway({ client: () => undefined, warn: () => {} })

    assert.equal(early.reserveEvent(), undefined)
  })
})
