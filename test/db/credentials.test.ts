import assert from 'node:assert/strict'
import {
  beginRefresh,
  eraseCredentials,
  killCredential,
  openTokens,
  promoteIncoming,
  storeIncoming,
  storeRefreshed,
} from '../../db/credentials.ts'
import { projectReport, readWanted, want } from '../../db/integrations.ts'
import { SealBroken } from '../../db/sealing.ts'
import type { TenantTx } from '../../db/tenant.ts'
import { aTenant, openWorld, type Tenant, type World } from './world.ts'

const NOW = Date.UTC(2026, 10, 21)

const tokens = (name: string) => ({
  accessToken: `access ${name}`,
  refreshToken: `refresh ${name}`,
  expiresInSeconds: 7_200,
  scope: null,
  ownerUri: null,
  organizationUri: null,
})
const account = (name: string) => ({
  userUri: name,
  organizationUri: 'org',
  email: `${name}@x.test`,
  name,
  timezone: 'UTC',
})

describe('credentials', () => {
  let world: World
  let tenant: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => {
    tenant = await aTenant(world)
    await world.owner.query('update integration set provider_user_uri = null where id = $1', [
      tenant.integrationId,
    ])
  })

  const inTenant = <T>(work: (tx: TenantTx) => Promise<T>) =>
    world.database.withTenant(tenant.organizationId, work)
  const connect = (name: string, who = 'ada') =>
    inTenant(async (tx) => {
      const { integrationId } = tenant
      const generation = await storeIncoming(tx, { integrationId, tokens: tokens(name), now: NOW })
      const was = await promoteIncoming(tx, {
        integrationId,
        generation,
        account: account(who),
        now: NOW,
      })
      return { generation, was }
    })
  const current = () =>
    inTenant((tx) => openTokens(tx, { integrationId: tenant.integrationId, role: 'current' }))
  const wanted = () => inTenant((tx) => readWanted(tx, tenant.integrationId))

  it('seals tokens and opens them for their integration', async () => {
    await connect('one')

    const { rows } = await world.owner.query('select * from credential where integration_id = $1', [
      tenant.integrationId,
    ])
    assert.ok(!JSON.stringify(rows).includes('access one'))
    assert.equal((await current())?.refreshToken, 'refresh one')
  })

  it('leaves the account that had a hook, not a grant that never told whose it was', async () => {
    const { integrationId } = tenant
    const first = await connect('one', 'ada')
    const why = 'revoked'
    await inTenant((tx) => killCredential(tx, { integrationId, generation: first.generation, why }))
    const refused = await inTenant((tx) =>
      storeIncoming(tx, { integrationId, tokens: tokens('refused'), now: NOW }),
    )
    await inTenant((tx) => killCredential(tx, { integrationId, generation: refused, why }))

    await connect('two', 'bob')

    const left = await inTenant((tx) => openTokens(tx, { integrationId, role: 'outgoing' }))
    assert.deepEqual([left?.generation, left?.account?.userUri], [first.generation, 'ada'])
  })

  it('does not open tokens that were copied to another integration', async () => {
    await connect('one')
    const other = await aTenant(world)
    await world.owner.query(
      `insert into credential select $1, $2, generation, role, access_token, refresh_token,
         account_user_uri, account_organization_uri, account_email, scope, issued_at, expires_at
       from credential where integration_id = $3`,
      [other.organizationId, other.integrationId, tenant.integrationId],
    )

    const moved = world.database.withTenant(other.organizationId, (tx) =>
      openTokens(tx, { integrationId: other.integrationId, role: 'current' }),
    )

    await assert.rejects(moved, SealBroken)
  })

  it('replaces the tokens of the same account and keeps those of a left one as outgoing', async () => {
    const first = await connect('one')
    const second = await connect('two')
    const third = await connect('three', 'bob')

    const outgoing = await inTenant((tx) =>
      openTokens(tx, { integrationId: tenant.integrationId, role: 'outgoing' }),
    )
    assert.deepEqual([first.was, second.was, third.was], ['first', 'same', 'other'])
    assert.deepEqual([first.generation, second.generation, third.generation], [1, 2, 3])
    assert.equal((await current())?.accessToken, 'access three')
    assert.equal(outgoing?.accessToken, 'access two')
    assert.equal((await wanted()).outgoing, true)
  })

  it('lets one of many parallel answers of a refresh become the next generation', async () => {
    const { integrationId } = tenant
    const { generation } = await connect('one')
    await inTenant((tx) => beginRefresh(tx, { integrationId, generation, now: NOW }))

    const stored = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((name) =>
        inTenant((tx) =>
          storeRefreshed(tx, {
            integrationId,
            fromGeneration: generation,
            tokens: tokens(name),
            now: NOW,
          }),
        ),
      ),
    )

    assert.equal(stored.filter((one) => one).length, 1)
    assert.equal((await current())?.generation, generation + 1)
  })

  it('lets a token be presented twice at most', async () => {
    const { integrationId } = tenant
    const { generation } = await connect('one')
    const begin = (minutes: number) =>
      inTenant((tx) => beginRefresh(tx, { integrationId, generation, now: NOW + minutes * 60_000 }))

    const intents = [await begin(0), await begin(10), await begin(20)]

    assert.deepEqual(
      intents.map(({ kind }) => kind),
      ['go', 'go', 'spent'],
    )
  })

  it('lets one of many parallel callers present the token', async () => {
    const { integrationId } = tenant
    const { generation } = await connect('one')
    const begin = () => inTenant((tx) => beginRefresh(tx, { integrationId, generation, now: NOW }))

    const intents = await Promise.all(Array.from({ length: 20 }, begin))

    assert.equal(intents.filter(({ kind }) => kind === 'go').length, 1)
    assert.equal(intents.filter(({ kind }) => kind === 'busy').length, 19)
  })

  it('never kills a generation that has been replaced', async () => {
    const { integrationId } = tenant
    const { generation } = await connect('one')
    await inTenant((tx) =>
      storeRefreshed(tx, {
        integrationId,
        fromGeneration: generation,
        tokens: tokens('two'),
        now: NOW,
      }),
    )

    const killed = await inTenant((tx) =>
      killCredential(tx, { integrationId, generation, why: 'x' }),
    )

    assert.equal(killed, false)
    assert.equal((await wanted()).token?.dead, null)
  })

  it('heals a generation given up when its late true answer comes', async () => {
    const { integrationId } = tenant
    const { generation } = await connect('one')
    await inTenant((tx) => killCredential(tx, { integrationId, generation, why: 'lost' }))
    const dead = (await wanted()).token?.dead

    const healed = await inTenant((tx) =>
      storeRefreshed(tx, {
        integrationId,
        fromGeneration: generation,
        tokens: tokens('two'),
        now: NOW,
      }),
    )

    assert.deepEqual([dead, healed], ['lost', true])
    assert.deepEqual((await wanted()).token, {
      generation: generation + 1,
      issuedAt: NOW,
      expiresAt: NOW + 7_200_000,
      dead: null,
    })
  })

  it('never counts a generation twice, even after all were erased', async () => {
    const { integrationId } = tenant
    await connect('one')
    await connect('two')
    await inTenant((tx) => eraseCredentials(tx, { integrationId, now: NOW }))

    const { generation } = await connect('three')

    assert.equal(generation, 3)
  })

  it('does not let a report made before a disconnect make the row look connected', async () => {
    const { integrationId } = tenant
    await inTenant((tx) => want(tx, { integrationId, wanted: 'disconnected' }))

    await inTenant((tx) => projectReport(tx, integrationId, reportOf('live')))

    const { rows } = await world.owner.query(
      'select status, webhook_active from integration where id = $1',
      [integrationId],
    )
    assert.deepEqual(rows, [{ status: 'disconnecting', webhook_active: false }])
  })

  it('does not let a report made before a reconnect make the row look disconnected', async () => {
    const { integrationId } = tenant
    await inTenant((tx) => want(tx, { integrationId, wanted: 'disconnected' }))
    await inTenant((tx) => want(tx, { integrationId, wanted: 'connected' }))

    await inTenant((tx) => projectReport(tx, integrationId, reportOf('disconnected')))

    const { rows } = await world.owner.query(
      'select status, disconnected_at from integration where id = $1',
      [integrationId],
    )
    assert.deepEqual(rows, [{ status: 'connecting', disconnected_at: null }])
  })
})

const reportOf = (status: 'live' | 'disconnected') => ({
  projection: {
    status,
    reason: null,
    nextStep: null,
    webhookActive: status === 'live',
    webhookUri: 'hook',
    callbackUrl: 'url',
    checkedAt: NOW,
    doubts: [],
  },
  observedRevision: null,
  outcome: null,
})
