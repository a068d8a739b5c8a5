import assert from 'node:assert/strict'
import { createGeneration } from '../../db/subscriptions.ts'
import { aDelivery, aTenant, openWorld, type Tenant, type World } from './world.ts'

const WISH = { baseUrl: 'http://localhost:3000', account: null, scope: 'user' } as const

describe('endpoints of years ago', () => {
  let world: World
  let mine: Tenant
  let theirs: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => {
    mine = await aTenant(world)
    theirs = await aTenant(world)
  })

  const query = async (text: string, values: readonly unknown[] = []) =>
    (await world.owner.query(text, [...values])).rows
  const forgetOld = () =>
    world.database.directory.purgeOldOfIntegrations(null, { integrations: 1_000, each: 1_000 })

  /** Generations two to n beside the live first one, each ended this many days ago. */
  async function generations(tenant: Tenant, ended: readonly number[]): Promise<string[]> {
    const { organizationId, integrationId } = tenant
    const endpoints: string[] = []
    for (const days of ended) {
      const made = await world.database.withTenant(organizationId, (tx) =>
        createGeneration(tx, {
          ...WISH,
          integrationId,
          now: Date.now() - days * 86_400_000,
        }),
      )
      endpoints.push(made.endpoint)
      await query(
        `update subscription set state = 'retired', signing_key = null,
          retired_at = now() - $2 * interval '1 day' where endpoint = $1`,
        [made.endpoint, days],
      )
    }
    await query('update integration set checked_at = now() where id = $1', [integrationId])
    return endpoints
  }
  const generationsOf = async ({ integrationId }: Tenant): Promise<number[]> =>
    (
      await query('select generation from subscription where integration_id = $1 order by 1', [
        integrationId,
      ])
    ).map(({ generation }) => generation)
  const set = (endpoint: string | undefined, what: string) =>
    query(`update subscription set ${what} where endpoint = $1`, [endpoint])

  it('forgets endpoints that the provider never listed, three days after their end', async () => {
    await generations(mine, [90, 4, 2, 4])

    const { removed } = await forgetOld()

    // The first is live, the fourth may still be called, the fifth is the highest.
    assert.deepEqual([removed, await generationsOf(mine)], [2, [1, 4, 5]])
  })

  it('gives no number of a generation twice', async () => {
    await generations(mine, [500, 500])
    await query(`delete from subscription where integration_id = $1 and generation = 1`, [
      mine.integrationId,
    ])

    await forgetOld()
    const { generation } = await world.database.withTenant(mine.organizationId, (tx) =>
      createGeneration(tx, { ...WISH, integrationId: mine.integrationId, now: Date.now() }),
    )

    assert.deepEqual([generation, await generationsOf(mine)], [4, [3, 4]])
  })

  it('keeps an endpoint with a key, a delivery or an event, and one nobody has asked about', async () => {
    const [withKey, delivered, withEvent] = await generations(mine, [500, 500, 500, 500])
    await set(withKey, `signing_key = 's1.x'`)
    await set(delivered, `last_delivery_at = now()`)
    await set(withEvent, `state = 'live', retired_at = null, created_at = now()`)
    await world.ingress.acceptEvents([aDelivery(withEvent ?? '', 'late')])
    await set(
      withEvent,
      `state = 'retired', retired_at = now() - '4 days'::interval,
        created_at = now() - '6 days'::interval, last_delivery_at = null`,
    )
    // Its event came while it was in use.
    await query(
      `update inbound_event set id = id_at(now() - '5 days'::interval) where endpoint = $1`,
      [withEvent],
    )
    await generations(theirs, [90, 90])
    await query(`update integration set checked_at = now() - '91 days'::interval where id = $1`, [
      theirs.integrationId,
    ])

    await forgetOld()

    assert.deepEqual(
      [await generationsOf(mine), await generationsOf(theirs)],
      [
        [1, 2, 3, 4, 5],
        [1, 2, 3],
      ],
    )
  })

  it('knows a hook that stood for 400 days, and of an account that was left also one that may have', async () => {
    for (const tenant of [mine, theirs]) {
      const [lately, longAgo] = await generations(tenant, [399, 401, 90, 1])
      await set(lately, `state = 'deleted', deleted_at = retired_at, remote_uri = 'hook:2'`)
      await set(longAgo, `state = 'deleted', deleted_at = retired_at, remote_uri = 'hook:3'`)
    }
    await query(`update integration set wanted = 'disconnected' where id = $1`, [
      theirs.integrationId,
    ])

    await forgetOld()

    assert.deepEqual(
      [await generationsOf(mine), await generationsOf(theirs)],
      [
        [1, 2, 5],
        [1, 2, 4, 5],
      ],
    )
  })

  it('goes round the integrations page by page, with a few rows of each', async () => {
    for (const tenant of [mine, theirs]) await generations(tenant, [90, 90, 90, 1])
    const { directory } = world.database
    const removed: number[] = []
    let after: string | null = null

    do {
      const page = await directory.purgeOldOfIntegrations(after, { integrations: 1, each: 2 })
      removed.push(page.removed)
      after = page.lastId
    } while (after !== null)

    assert.deepEqual(
      removed.filter((count) => count > 0),
      [2, 2],
    )
  })
})
