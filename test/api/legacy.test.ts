import assert from 'node:assert/strict'
import { callerOf, countOperations } from './calling.ts'
import { goToConsent } from './consenting.ts'
import { aTenant, startTestApi, tokenOf } from './harness.ts'
import type { Tenant, TestApi } from './harness.ts'

describe('routes for older front ends', () => {
  let api: TestApi
  let tenant: Tenant
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi()
    tenant = await aTenant(api, { userUri: 'user:rita', organization: 'acme', subject: 'rita' })
  })
  after(() => api.close())

  /** Promises the state of an attempt that stands before the provider's consent. */
  async function openAttempt(): Promise<string> {
    const { body } = await call('/api/integrations/calendly/connect', {
      token: tenant.token,
      body: {},
    })
    return (await goToConsent(api, String(body['authorizeUrl']))).state
  }

  it('takes a code from the person who asked to connect, once', async () => {
    const state = await openAttempt()
    const path = '/auth/calendly/callback'
    const body = { code: 'the-code', state }

    const first = await call(path, { token: tenant.token, body })
    const second = await call(path, { token: tenant.token, body })

    assert.deepEqual([first.status, first.body['progress']], [202, 'authorized'])
    assert.equal(second.status, 404)
  })

  it('takes a code from nobody else, and consumes nothing', async () => {
    const state = await openAttempt()
    const body = { code: 'the-code', state }
    const path = '/auth/calendly/callback'
    const colleague = await tokenOf({ organization: 'acme', subject: 'carl' })
    const stranger = await tokenOf({ organization: 'globex', subject: 'hank', role: 'admin' })

    for (const token of [colleague, stranger])
      assert.equal((await call(path, { token, body })).status, 404)

    assert.equal((await call(path, { token: tenant.token, body })).status, 202)
  })

  it('disconnects the caller’s own integration', async () => {
    const { status, body } = await call('/calendly/disconnect', { token: tenant.token, body: {} })

    assert.equal(status, 202)
    const { rows } = await api.owner.query(
      'select kind, integration_id from operation where id=$1',
      [body['operationId']],
    )
    assert.deepEqual(rows, [{ kind: 'disconnect', integration_id: tenant.integrationId }])
  })

  it('answers 404 to who has none, and begins nothing', async () => {
    const colleague = await tokenOf({ organization: 'acme', subject: 'cora' })
    const before = await countOperations(api)

    const { status } = await call('/calendly/disconnect', { token: colleague, body: {} })

    assert.equal(status, 404)
    assert.equal(await countOperations(api), before)
  })
})
