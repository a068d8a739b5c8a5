import assert from 'node:assert/strict'
import { ApplicationFailure } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { permanent } from '../../activities/failures.ts'
import { safeFailures } from '../../worker/safe-failures.ts'

const CANARY = 'pat.canary@prospect.test'

/** What reaches a history when an activity throws this. */
async function recorded(thrown: unknown): Promise<ApplicationFailure> {
  const env = new MockActivityEnvironment(
    {},
    { interceptors: [safeFailures], logger: new DefaultLogger('ERROR') },
  )
  try {
    await env.run(async () => {
      throw thrown
    })
  } catch (error) {
    assert.ok(error instanceof ApplicationFailure)
    return error
  }
  return assert.fail('nothing was thrown')
}

describe('safe failures', () => {
  it('keeps the text of an unknown error out of the history, and leaves an id', async () => {
    const failure = await recorded(new TypeError(`invalid input: "${CANARY}"`))

    const text = JSON.stringify([failure.message, failure.details, failure.type, failure.stack])
    assert.equal(text.includes(CANARY), false)
    assert.equal(failure.type, 'TypeError')
    assert.match(failure.message, /failed: [0-9a-f-]{36}$/)
    assert.equal(failure.cause, undefined)
  })

  it('lets our own named failures through as they are', async () => {
    const named = permanent('GrantRevoked', 'integration 1: the code was refused')

    const failure = await recorded(named)

    assert.equal(failure, named)
  })

  it('treats a failure that borrows another name as unknown', async () => {
    const failure = await recorded(ApplicationFailure.nonRetryable(CANARY, 'Borrowed'))

    assert.equal(failure.message.includes(CANARY), false)
    assert.equal(failure.type, 'ApplicationFailure')
  })
})
