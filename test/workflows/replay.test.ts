import assert from 'node:assert/strict'
import { Worker } from '@temporalio/worker'
import * as workflows from '../../workflows/index.ts'
import { recordedHistories } from '../support/histories.ts'
import { workflowBundle } from '../support/temporal.ts'

describe('replay', function replaySuite() {
  this.timeout(60_000)

  for (const { name, history } of recordedHistories())
    it(`keeps the recorded run alive: ${name}`, async () => {
      await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history)
    })

  it('has a recorded run of every workflow', () => {
    const kept = recordedHistories().map(
      ({ history }) =>
        history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name,
    )

    assert.deepEqual(new Set(kept), new Set(Object.keys(workflows)))
  })

  it('turns red when two activities of the owner change places', async () => {
    const { code } = await workflowBundle()
    const swapped = code
      .replaceAll("'removeHooks'", "'swapping'")
      .replaceAll("'revokeTokens'", "'removeHooks'")
      .replaceAll("'swapping'", "'revokeTokens'")
    assert.notEqual(swapped, code)
    const ended = recordedHistories().find(({ name }) => name === 'integration-disconnected')
    assert.ok(ended)

    await assert.rejects(
      Worker.runReplayHistory({ workflowBundle: { code: swapped } }, ended.history),
      /[Nn]on-?determinis/,
    )
  })
})
