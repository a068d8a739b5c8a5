import assert from 'node:assert/strict'
import { endHookTask, nextHookTask } from '../../db/hook-tasks.ts'
import { callerOf } from './calling.ts'
import { aFilledTenant, type Filled } from './filled.ts'
import { startTestApi } from './harness.ts'
import type { TestApi } from './harness.ts'

describe('hooks over REST', () => {
  let api: TestApi
  let acme: Filled
  let globex: Filled
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi({ options: { patienceMs: 0 } })
    ;[acme, globex] = [await aFilledTenant(api, 'acme'), await aFilledTenant(api, 'globex')]
  })
  after(() => api.close())
  afterEach(() => api.owner.query('delete from hook_task'))

  const tasks = async (): Promise<number> =>
    (await api.owner.query('select from hook_task')).rowCount ?? 0

  /** The owner answers as soon as it is woken. */
  function ownerSays(end: Parameters<typeof endHookTask>[2]): void {
    api.gateway.onNudge = () =>
      api.database.withTenant(acme.organizationId, async (tx) => {
        const task = await nextHookTask(tx, acme.integrationId)
        if (task !== undefined) await endHookTask(tx, task, end)
      })
  }
  beforeEach(() => void (api.gateway.onNudge = async () => {}))

  it('leaves the provider to the owner: it is woken, and no hint makes it do anything else', async () => {
    ownerSays({ outcome: 'done', reason: null, hooks: [] })

    const { status, body } = await call(`/api/hooks?integration_id=${acme.integrationId}`, {
      token: acme.admin,
    })

    assert.deepEqual([status, body], [200, { items: [] }])
    assert.equal(api.gateway.nudges.at(-1), `look ${acme.integrationId}`)
  })

  it('asks to come back while the owner has not answered', async () => {
    const list = await call(`/api/hooks?integration_id=${acme.integrationId}`, {
      token: acme.admin,
    })
    const sweep = await call('/api/hooks/sweep', { token: acme.admin, body: named(acme) })

    assert.deepEqual([list.status, list.headers.get('retry-after')], [503, '5'])
    assert.deepEqual([sweep.status, sweep.body], [202, { removed: null }])
  })

  it('is for admins, and only for integrations of their organization', async () => {
    for (const [path, body] of [
      ['/api/hooks/sweep', named(acme)],
      ['/api/hooks/remove', { ...named(acme), uri: 'hook', confirm: true }],
      [`/api/hooks?integration_id=${acme.integrationId}`, undefined],
    ] as const) {
      assert.equal((await call(path, { token: acme.token, body })).status, 403)
      assert.equal((await call(path, { token: globex.admin, body })).status, 404)
    }
    assert.equal(await tasks(), 0)
  })

  it('removes nothing that is not confirmed', async () => {
    const wish = { ...named(acme), uri: 'https://api.calendly.com/webhook_subscriptions/1' }

    for (const body of [wish, { ...wish, confirm: false }, { ...named(acme), confirm: true }])
      assert.equal((await call('/api/hooks/remove', { token: acme.admin, body })).status, 400)

    assert.equal(await tasks(), 0)
  })

  it('says in words why a removal was refused', async () => {
    ownerSays({ outcome: 'refused', reason: 'The provider lists no such hook.', hooks: [] })

    const { status, body } = await call('/api/hooks/remove', {
      token: acme.admin,
      body: { ...named(acme), uri: 'gone', confirm: true },
    })

    assert.deepEqual([status, body['detail']], [409, 'The provider lists no such hook.'])
  })

  it('says that there is no access where the account is not connected', async () => {
    await api.owner.query(`update integration set status = 'needsReconnect' where id = $1`, [
      acme.integrationId,
    ])

    const { status, body } = await call('/api/hooks/sweep', {
      token: acme.admin,
      body: named(acme),
    })

    assert.equal(status, 409)
    assert.match(String(body['detail']), /reconnect/)
    assert.equal(await tasks(), 0)
  })
})

const named = (tenant: Filled) => ({ integration_id: tenant.integrationId })
