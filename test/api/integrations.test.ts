import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { finishOperation } from '../../db/operations.ts'
import { callerOf, idsOf } from './calling.ts'
import { goToConsent } from './consenting.ts'
import { aTenant, startTestApi, tokenOf } from './harness.ts'
import type { Tenant, TestApi } from './harness.ts'

describe('integrations over REST', () => {
  let api: TestApi
  let tenant: Tenant
  let admin: string
  let colleague: string
  let stranger: string
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi()
    tenant = await aTenant(api, { userUri: 'user:rita', organization: 'acme', subject: 'rita' })
    admin = await tokenOf({ organization: 'acme', subject: 'ada', role: 'admin' })
    colleague = await tokenOf({ organization: 'acme', subject: 'carl' })
    stranger = await tokenOf({ organization: 'globex', subject: 'hank', role: 'admin' })
  })
  after(() => api.close())

  const ends =
    (outcome: 'disconnected' | 'needsConsent' | 'needsScope') => async (_: string, id: string) => {
      await api.database.withTenant(tenant.organizationId, (tx) =>
        finishOperation(tx, id, { outcome, reason: null, nextStep: null }),
      )
    }
  beforeEach(() => void (api.gateway.onOperation = async () => {}))

  it('shows a member their own integrations, an admin all, a stranger none', async () => {
    const own = await call('/api/integrations', { token: tenant.token })
    const all = await call('/api/integrations', { token: admin })
    const others = await call('/api/integrations', { token: colleague })
    const foreign = await call('/api/integrations', { token: stranger })

    assert.deepEqual(idsOf(own), [tenant.integrationId])
    assert.deepEqual(idsOf(all), [tenant.integrationId])
    assert.deepEqual(idsOf(others), [])
    assert.deepEqual(idsOf(foreign), [])
  })

  it('tells an integration in every promised field', async () => {
    const { body } = await call(`/api/integrations/${tenant.integrationId}`, { token: admin })

    assert.deepEqual(
      Object.keys(body),
      `id provider scope user_id status reason next_step is_active connected_at disconnected_at
       disconnected_by provider_account_email provider_user_uri provider_organization_uri
       webhook_active webhook_subscription_uri callback_url token_generation token_expires_at
       checked_at`.split(/\s+/),
    )
  })

  it('answers 404 for what is not the caller’s, like for what is not there', async () => {
    const nowhere = await call(`/api/integrations/${randomUUID()}`, { token: admin })
    for (const token of [colleague, stranger])
      for (const path of ['', '/explain', '/disconnect', '/reconnect', '/pause', '/sync']) {
        const isPost = path !== '' && path !== '/explain'
        const answer = await call(`/api/integrations/${tenant.integrationId}${path}`, {
          token,
          ...(isPost ? { body: {} } : {}),
        })
        assert.equal(answer.status, 404, path)
        assert.equal(answer.body['type'], nowhere.body['type'])
      }
    const { rows } = await api.owner.query('select 1 from operation')
    assert.deepEqual(rows, [])
  })

  it('passes a wish to look again on to the owner', async () => {
    const answer = await call(`/api/integrations/${tenant.integrationId}/reconcile`, {
      token: tenant.token,
      body: {},
    })

    assert.deepEqual([answer.status, answer.body], [202, { asked: 'reconcile' }])
    assert.deepEqual(api.gateway.nudges, [`reconcile ${tenant.integrationId}`])
  })

  it('explains from the row where no owner runs', async () => {
    const { status, body } = await call(`/api/integrations/${tenant.integrationId}/explain`, {
      token: tenant.token,
    })

    assert.equal(status, 200)
    assert.match(String(body['summary']), /^No workflow looks after .*; ask for a reconcile/)
    assert.equal(body['owner'], 'gone')
  })

  it('asks for consent again on the same integration when the refresh token is dead', async () => {
    api.gateway.onOperation = ends('needsConsent')

    const { status, body } = await call(`/api/integrations/${tenant.integrationId}/reconnect`, {
      token: tenant.token,
      body: {},
    })

    assert.equal(status, 202)
    assert.match(String(body['authorizeUrl']), /\/oauth\/calendly\/start\?ticket=/)
    const { rows } = await api.owner.query(
      'select kind, integration_id from operation where id=$1',
      [body['attemptId']],
    )
    assert.deepEqual(rows, [{ kind: 'connect', integration_id: tenant.integrationId }])
  })

  it('asks for consent where a reconnect finds that a permission is missing', async () => {
    api.gateway.onOperation = ends('needsScope')

    const { status, body } = await call(`/api/integrations/${tenant.integrationId}/reconnect`, {
      token: tenant.token,
      body: {},
    })

    assert.equal(status, 202)
    assert.match(String(body['authorizeUrl']), /\/oauth\/calendly\/start\?ticket=/)
  })

  it('answers progress while nobody has taken a disconnect up, having stopped the intake', async () => {
    const { status, body } = await call(`/api/integrations/${tenant.integrationId}/disconnect`, {
      token: tenant.token,
      body: {},
    })

    assert.equal(status, 202)
    assert.equal(body['outcome'], null)
    const { rows } = await api.owner.query(
      `select i.wanted, i.status, i.wanted_revision = o.wanted_revision as matches
        from integration i join operation o on o.integration_id = i.id where o.id = $1`,
      [body['operationId']],
    )
    assert.deepEqual(rows, [{ wanted: 'disconnected', status: 'disconnecting', matches: true }])
  })

  it('answers the outcome of a disconnect, and the earlier one when asked again', async () => {
    api.gateway.onOperation = ends('disconnected')
    const path = `/api/integrations/${tenant.integrationId}/disconnect`
    const first = await call(path, { token: tenant.token, body: {} })
    await api.owner.query(`update integration set status = 'disconnected' where id = $1`, [
      tenant.integrationId,
    ])
    const before = api.gateway.operations.length

    const again = await call(path, { token: tenant.token, body: {} })

    assert.deepEqual([first.status, first.body['outcome']], [200, 'disconnected'])
    assert.deepEqual([again.status, again.body['outcome']], [200, 'disconnected'])
    assert.equal(api.gateway.operations.length, before)
  })

  it('asks for consent to reconnect a disconnected one, which stays closed when that is denied', async () => {
    const left = await aTenant(api, { userUri: 'user:lea' })
    await api.owner.query(
      `update integration set wanted = 'disconnected', status = 'disconnected' where id = $1`,
      [left.integrationId],
    )
    const look = async () => {
      const { rows } = await api.owner.query(
        `select wanted, status, wanted_revision from integration where id = $1`,
        [left.integrationId],
      )
      return rows[0]
    }
    const before = await look()

    const { status, body } = await call(`/api/integrations/${left.integrationId}/reconnect`, {
      token: left.token,
      body: {},
    })
    const begun = await look()
    const { state, cookie } = await goToConsent(api, String(body['authorizeUrl']))
    const denial = `/oauth/calendly/callback?state=${state}&error=access_denied`
    await fetch(`${api.origin}${denial}`, { headers: { cookie } })

    const attempt = await call(`/api/connect-attempts/${String(body['attemptId'])}`, {
      token: left.token,
    })
    assert.equal(status, 202)
    assert.deepEqual([begun, await look()], [before, before])
    assert.equal(attempt.body['outcome'], 'denied')
    assert.equal(attempt.body['integrationId'], left.integrationId)
    const { rows } = await api.owner.query(
      'select count(*)::int as operations from operation where integration_id = $1',
      [left.integrationId],
    )
    assert.deepEqual(rows, [{ operations: 1 }])
  })

  it('decides on the status that is true when the wish is written', async () => {
    const raced = await aTenant(api, { userUri: 'user:ray' })
    const other = await api.owner.connect()
    await other.query('begin')
    await other.query(
      `update integration set wanted = 'disconnected', status = 'disconnecting' where id = $1`,
      [raced.integrationId],
    )

    const pausing = call(`/api/integrations/${raced.integrationId}/pause`, {
      token: raced.token,
      body: {},
    })
    await someoneWaitsForALock(api)
    await other.query('commit')
    other.release()

    assert.equal((await pausing).status, 409)
    const { rows } = await api.owner.query('select wanted from integration where id = $1', [
      raced.integrationId,
    ])
    assert.deepEqual(rows, [{ wanted: 'disconnected' }])
  })
})

/** Promises that a statement of this database stands still behind another's lock. */
async function someoneWaitsForALock({ owner }: TestApi): Promise<void> {
  for (const end = Date.now() + 5_000; Date.now() < end; ) {
    const { rowCount } = await owner.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rowCount !== 0) return
  }
  assert.fail('nobody waits')
}
