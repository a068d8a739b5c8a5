import assert from 'node:assert/strict'
import { countLate } from '../../db/subscriptions.ts'
import { endDebts, isOverdue, listDebts, owe, oweIfDisconnected } from '../../db/debts.ts'
import { readWanted, want } from '../../db/integrations.ts'
import { aDelivery, aTenant, openWorld, type Tenant, type World } from './world.ts'

const HOUR = 60 * 60_000
const NOW = Date.UTC(2026, 10, 21)

describe('debts', () => {
  let world: World
  before(async () => void (world = await openWorld()))
  after(() => world.close())

  const within = <T>(
    { organizationId }: Tenant,
    work: Parameters<typeof world.database.withTenant<T>>[1],
  ): Promise<T> => world.database.withTenant(organizationId, work)

  it('names the hook, counts the attempts and keeps the time of the first', async () => {
    const tenant = await aTenant(world)

    await within(tenant, (tx) => owe(tx, owing(tenant, 'down')))
    await within(tenant, (tx) => owe(tx, owing(tenant, 'still down', NOW + HOUR)))

    const { items } = await within(tenant, (tx) => listDebts(tx, viewer(tenant), { limit: 9 }))
    assert.deepEqual(
      items.map((debt) => ({ ...debt, id: 'any' })),
      [
        {
          id: 'any',
          integration_id: tenant.integrationId,
          kind: 'hook',
          remote_uri: 'hook:1',
          attempts: 2,
          last_error: 'still down',
          created_at: new Date(NOW).toISOString(),
          expires_at: new Date(NOW + 72 * HOUR).toISOString(),
        },
      ],
    )
  })

  it('is overdue after 72 hours and not before', async () => {
    const tenant = await aTenant(world)
    const account = { ...owing(tenant, 'down'), accountUserUri: 'user:left' }
    await within(tenant, (tx) => owe(tx, account))
    const at = (now: number) => within(tenant, (tx) => isOverdue(tx, { ...account, now }))

    assert.equal(await at(NOW + 72 * HOUR - 1), false)
    assert.equal(await at(NOW + 72 * HOUR), true)
  })

  it('pages through debts, and shows a member only those of their own integrations', async () => {
    const tenant = await aTenant(world)
    for (const accountUserUri of ['a', 'b', 'c'])
      await within(tenant, (tx) => owe(tx, { ...owing(tenant, 'down'), accountUserUri }))
    const page = (cursor?: string, seen = viewer(tenant)) =>
      within(tenant, (tx) => listDebts(tx, seen, { cursor, limit: 2 }))

    const first = await page()
    const second = await page(first.nextCursor ?? '')
    const stranger = viewer({ ...tenant, userId: '00000000-0000-7000-8000-000000000000' }, false)

    assert.deepEqual([first.items.length, second.items.length], [2, 1])
    assert.equal(second.nextCursor, null)
    assert.deepEqual((await page(undefined, stranger)).items, [])
    assert.equal((await page(undefined, viewer(tenant, false))).items.length, 2)
  })

  it('is told to the owner once the integration is disconnected, and no more when it has ended', async () => {
    const tenant = await aTenant(world)
    const { integrationId } = tenant
    const debt = { integrationId, kind: 'token', why: 'down', now: NOW } as const
    const told = () => within(tenant, async (tx) => (await readWanted(tx, integrationId)).debt)

    await within(tenant, (tx) => oweIfDisconnected(tx, debt))
    const connected = await told()
    await within(tenant, (tx) => want(tx, { integrationId, wanted: 'disconnected' }))
    await within(tenant, (tx) => oweIfDisconnected(tx, debt))
    const disconnected = await told()
    await within(tenant, (tx) => endDebts(tx, { integrationId, resolution: 'paid' }))

    assert.equal(connected, null)
    assert.deepEqual(disconnected, { since: NOW, why: 'down' })
    assert.equal(await told(), null)
  })
})

describe('keys of ended endpoints', () => {
  let world: World
  before(async () => void (world = await openWorld()))
  after(() => world.close())

  const keyOf = async ({ endpoint }: Tenant): Promise<boolean> =>
    (await world.ingress.endpointKeys(endpoint))?.signingKey !== null
  const age = (tenant: Tenant, set: string): Promise<unknown> =>
    world.owner.query(`update subscription set ${set} where organization_id = $1`, [
      tenant.organizationId,
    ])

  it('are destroyed 48 hours after their generation has ended, and no earlier', async () => {
    const [young, old, live] = [await aTenant(world), await aTenant(world), await aTenant(world)]
    await age(young, `state = 'retired', retired_at = now() - interval '47 hours 59 minutes'`)
    await age(old, `state = 'deleted', deleted_at = now() - interval '48 hours 1 minute'`)

    const purged = [
      await world.database.directory.purgeKeys(100),
      await world.database.directory.purgeKeys(100),
    ]

    assert.deepEqual(purged, [1, 0])
    assert.deepEqual([await keyOf(young), await keyOf(old), await keyOf(live)], [true, false, true])
  })

  it('are destroyed 48 hours after the disconnect also where the hook could not be removed', async () => {
    const tenant = await aTenant(world)
    await world.owner.query(
      `update integration set wanted = 'disconnected', status = 'disconnected',
        disconnected_at = now() - interval '48 hours 1 minute' where id = $1`,
      [tenant.integrationId],
    )

    await world.database.directory.purgeKeys(100)

    const { rows } = await world.owner.query(
      'select state, signing_key from subscription where integration_id = $1',
      [tenant.integrationId],
    )
    assert.deepEqual(rows, [{ state: 'retired', signing_key: null }])
  })

  it('serve until then to count late deliveries, which are answered and dropped', async () => {
    const tenant = await aTenant(world)
    const { organizationId, integrationId, endpoint } = tenant
    await world.database.withTenant(organizationId, (tx) =>
      want(tx, { integrationId, wanted: 'disconnected' }),
    )

    const [answer] = await world.ingress.acceptEvents([aDelivery(endpoint, 'late')])
    for (const count of [1, 2])
      await world.ingress.countRejection({ endpoint, provider: 'calendly', reason: 'late', count })

    const late = await world.database.withTenant(organizationId, (tx) =>
      countLate(tx, integrationId),
    )
    const { rows } = await world.owner.query(
      'select 1 from inbound_event where organization_id = $1',
      [organizationId],
    )
    assert.deepEqual(answer, { outcome: 'retired' })
    assert.equal(late, 3)
    assert.equal(rows.length, 0)
  })
})

const viewer = ({ userId }: Tenant, seesAll = true) =>
  ({ userId, role: seesAll ? 'admin' : 'member', seesAll }) as const
const owing = ({ integrationId }: Tenant, why: string, now = NOW) =>
  ({ integrationId, kind: 'hook', accountUserUri: null, why, now }) as const
