import assert from 'node:assert/strict'
import { bytes, delivery } from '../support/calendly-payloads.ts'
import { columnsWith, everythingIn } from '../support/database-scan.ts'
import { callerOf } from './calling.ts'
import { setStage } from './contract-cases.ts'
import type { Stage } from './contract-cases.ts'
import { applyStored, keep } from './filled.ts'
import { startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'

describe('erasing over REST', () => {
  let api: TestApi
  let stage: Stage
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi({ options: { patienceMs: 0 } })
    stage = await setStage(api)
  })
  after(() => api.close())

  const erase = (token: string, email: string, key?: string) =>
    call('/api/erase', { token, body: { email }, ...(key !== undefined && { key }) })
  const emailOf = async (): Promise<string> => {
    const { acme } = stage
    const { body } = await call(`/api/prospects/${acme.prospectId}`, { token: acme.admin })
    return String(body['email'])
  }
  const columnsOf = async (email: string): Promise<string[]> => {
    const stored = await everythingIn(api.owner)
    const { organizationId } = stage.acme
    return columnsWith(
      stored.filter((one) => one.organizationId === organizationId),
      [email],
    )
  }

  it('is for admins only, and tells a member nothing of who is known', async () => {
    const { acme } = stage

    const [known, unknown] = [
      await erase(acme.token, await emailOf()),
      await erase(acme.token, 'nobody@nowhere.test'),
    ]

    assert.deepEqual([known.status, unknown.status], [403, 403])
    assert.deepEqual(known.body, unknown.body)
  })

  it('removes a booking, its delivery and its frames, and answers how much that was', async () => {
    const { acme } = stage
    const email = await emailOf()
    assert.ok((await columnsOf(email)).includes('inbound_event.body'))

    const { status, body } = await erase(acme.admin, email, 'once')

    assert.equal(status, 200)
    assert.deepEqual([body['prospects'], body['meetings'], body['kept']], [1, 1, 0])
    assert.deepEqual(await columnsOf(email), [])
    const gone = await call(`/api/prospects/${acme.prospectId}`, { token: acme.admin })
    const meeting = await call(`/api/meetings/${acme.meetingId}`, { token: acme.admin })
    assert.deepEqual([gone.status, meeting.status], [404, 404])
    assert.deepEqual((await erase(acme.admin, email, 'once')).body, body)
  })

  it('is noted in the audit with numbers and without the address', async () => {
    const { body } = await call('/api/audit', { token: stage.acme.admin })

    const entries = body['items'] as { action: string; detail: { name: string; value: string }[] }[]
    const entry = entries.find(({ action }) => action === 'person.erase')
    const counts = new Map(entry?.detail.map(({ name, value }) => [name, value]))
    assert.deepEqual([counts.get('prospects'), counts.get('kept')], ['1', '0'])
    assert.doesNotMatch(JSON.stringify(entry), /@/)
  })

  it('drops and destroys a late delivery about somebody who was erased', async () => {
    const { acme } = stage
    const email = 'late@prospect.test'
    const slot = 'https://api.calendly.com/scheduled_events/late'
    const told = (event: string, status: string) =>
      bytes(
        delivery(event, {
          slot: { uri: slot },
          payload: { uri: `${slot}/invitees/1`, event: slot, email, status },
        }),
      )
    const created = await keep(api, acme, told('invitee.created', 'active'))
    assert.equal(await applyStored(api, acme, created), 'processed')
    assert.equal((await erase(acme.admin, email)).body['events'], 1)

    const late = await keep(api, acme, told('invitee.canceled', 'canceled'))
    const copy = await keep(api, acme, told('invitee.created', 'active'))

    assert.equal(await applyStored(api, acme, late), 'dropped')
    assert.equal(copy, created)
    assert.deepEqual(await columnsOf(email), [])
  })

  it('ends the keys of whoever was erased', async () => {
    const { acme } = stage
    const as = (role: 'admin' | 'client') =>
      tokenOf({ organization: acme.organization, subject: 'was an admin', role })
    const made = await call('/api/api-keys', {
      token: await as('admin'),
      body: { name: 'from better days', role: 'admin' },
    })
    const token = String(made.body['key'])
    const userId = (await call('/api/me', { token: await as('client') })).body['user_id']
    const email = 'was-an-admin@client.test'
    await call('/api/clients', { token: acme.admin, body: { email, userId } })
    const before = await call('/api/me', { token })

    await erase(acme.admin, email)

    assert.deepEqual([before.status, before.body['role']], [200, 'client'])
    assert.equal((await call('/api/me', { token })).status, 401)
  })

  it('refuses what is no address', async () => {
    for (const email of ['', 'no address', '%', '@', 'a@b c'])
      assert.equal((await erase(stage.acme.admin, email)).status, 400, email)
  })

  it('takes signs of patterns as they are written', async () => {
    for (const email of ['.*@.*', '(a|b)+@x.test', "o'brien\\@x.test", '[a-z]@x.test$', '%@%'])
      assert.equal((await erase(stage.acme.admin, email)).body['prospects'], 0, email)
  })
})
