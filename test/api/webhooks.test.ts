import assert from 'node:assert/strict'
import { bytes, delivery, RITA, signed } from '../support/calendly-payloads.ts'
import { aTenant, startTestApi } from './harness.ts'
import type { Tenant, TestApi } from './harness.ts'
import { post, sendRaw } from './raw-http.ts'

describe('webhook door (smoke)', () => {
  let api: TestApi
  let tenant: Tenant
  before(async () => {
    api = await startTestApi()
    tenant = await aTenant(api, { userUri: RITA })
  })
  after(() => api.close())

  it('stores a signed delivery and starts its workflow', async () => {
    const body = bytes(delivery('invitee.created'))
    const t = Math.floor(Date.now() / 1000)
    const answer = await sendRaw(
      api.port,
      post(
        `/webhooks/calendly/${tenant.endpoint}`,
        [
          'Content-Type: application/json',
          `Calendly-Webhook-Signature: ${signed(tenant.signingKey, { t, body })}`,
        ],
        body,
      ),
    )
    assert.equal(answer.status, 200, answer.body)
    assert.equal(api.gateway.events.length, 1)
  })
})
