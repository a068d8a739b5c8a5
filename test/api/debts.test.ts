import assert from 'node:assert/strict'
import { storeIncoming } from '../../db/credentials.ts'
import { oweIfDisconnected } from '../../db/debts.ts'
import { want } from '../../db/integrations.ts'
import { until } from '../support/until.ts'
import { callerOf, idsOf } from './calling.ts'
import { aTenant, tokenOf } from './harness.ts'
import type { Tenant } from './harness.ts'
import { type Door, openDoor } from './ingress/door.ts'

describe('debts over REST', () => {
  let door: Door
  let debtor: Tenant
  const call = callerOf(() => door.api)
  before(async () => {
    door = await openDoor()
    debtor = await aTenant(door.api, { userUri: 'user:rita', organization: 'a', subject: 'r' })
  })
  after(() => door.close())
  beforeEach(() => disconnect(debtor))

  /** Disconnected, with a hook and a sealed grant that are still to be cleaned up. */
  async function disconnect({ organizationId, integrationId }: Tenant): Promise<void> {
    const now = Date.now()
    const tokens = {
      accessToken: 'access',
      refreshToken: 'refresh',
      expiresInSeconds: 7_200,
      scope: null,
      ownerUri: 'user:rita',
      organizationUri: 'organization:acme',
    }
    await door.api.database.withTenant(organizationId, async (tx) => {
      await storeIncoming(tx, { integrationId, tokens, now })
      await want(tx, { integrationId, wanted: 'disconnected' })
      const why = 'Calendly could not be reached.'
      await oweIfDisconnected(tx, { integrationId, kind: 'hook', why, now })
    })
    await door.api.owner.query(
      `update integration set status = 'disconnected' where organization_id = $1`,
      [organizationId],
    )
  }

  const secrets = async (): Promise<number> => {
    const { rows } = await door.api.owner.query(
      'select 1 from credential where integration_id = $1',
      [debtor.integrationId],
    )
    return rows.length
  }
  const forget = (token: string) =>
    call(`/api/integrations/${debtor.integrationId}/forget`, { token, body: {} })

  it('shows what is owed in the list and in the answer to why', async () => {
    const list = await call('/api/debts', { token: debtor.token })
    const why = await call(`/api/integrations/${debtor.integrationId}/explain`, {
      token: debtor.token,
    })
    const others = await call('/api/debts', {
      token: await tokenOf({ organization: 'a', subject: 'colleague' }),
    })

    const [debt] = list.body['items'] as Record<string, unknown>[]
    assert.equal(debt?.['last_error'], 'Calendly could not be reached.')
    assert.equal(debt?.['remote_uri'], `hook:${debtor.endpoint}`)
    assert.deepEqual(why.body['debts'], list.body['items'])
    assert.deepEqual(idsOf(others), [])
  })

  it('forgets at once on request, says what stays behind, and wakes the owner', async () => {
    const before = await secrets()
    const nudges = door.api.gateway.nudges.length

    const told = await forget(debtor.token)
    const again = await forget(debtor.token)

    assert.ok(before > 0)
    assert.equal(told.status, 200)
    assert.deepEqual(told.body, {
      left_behind: [{ kind: 'hook', remote_uri: `hook:${debtor.endpoint}` }],
    })
    assert.deepEqual([again.status, again.body], [200, { left_behind: [] }])
    assert.equal(await secrets(), 0)
    assert.deepEqual(idsOf(await call('/api/debts', { token: debtor.token })), [])
    assert.deepEqual(door.api.gateway.nudges.slice(nudges), [`look ${debtor.integrationId}`])
  })

  it('forgets although Temporal is away', async () => {
    door.api.gateway.onNudge = () => Promise.reject(new Error('away'))

    const told = await forget(debtor.token)

    door.api.gateway.onNudge = async () => {}
    assert.equal(told.status, 200)
    assert.equal(await secrets(), 0)
  })

  it('forgets nothing that is connected, and nothing for somebody else', async () => {
    const connected = await call(`/api/integrations/${door.tenant.integrationId}/forget`, {
      token: door.tenant.token,
      body: {},
    })
    const colleague = await forget(await tokenOf({ organization: 'a', subject: 'colleague' }))
    const client = await forget(await tokenOf({ organization: 'a', subject: 'c', role: 'client' }))

    assert.deepEqual([connected.status, colleague.status, client.status], [409, 404, 403])
    assert.equal(await secrets(), 1)
  })

  it('answers late deliveries with 200, drops them, and counts them for their people', async () => {
    const { organizationId, integrationId, token } = door.tenant
    await door.api.database.withTenant(organizationId, (tx) =>
      want(tx, { integrationId, wanted: 'disconnected' }),
    )
    const before = await door.rows()

    const answers = [await door.knock({}), await door.knock({})]

    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    )
    assert.equal(await door.rows(), before)
    await until(async () => {
      const { body } = await call(`/api/integrations/${integrationId}/explain`, { token })
      return body['dropped_late'] === 2
    })
  })
})
