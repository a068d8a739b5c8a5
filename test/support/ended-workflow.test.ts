import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { endWorkflow } from './ended-workflow.ts'
import { timeSkippingEnv } from './temporal.ts'

describe('a workflow that a test ends', () => {
  let env: TestWorkflowEnvironment
  before(async () => {
    env = await timeSkippingEnv()
  })
  after(() => env.teardown())

  it('holds the time no longer, whatever was under way', async () => {
    const client = new Client({ connection: env.connection })
    // Nobody works on this queue, so its first task is under way for ever.
    const ids = { workflowId: 'nobodys', taskQueue: 'nobodys' }
    await endWorkflow(env, await client.workflow.start('nobodys', ids))

    const skipped = env.sleep('1 hour').then(() => 'skipped')
    assert.equal(await Promise.race([skipped, pause(5_000, 'held', { ref: false })]), 'skipped')
  })
})
