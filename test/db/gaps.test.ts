import assert from 'node:assert/strict'
import {
  abandonGaps,
  addToGap,
  closeGaps,
  countGapsAnew,
  keepGaps,
  openGaps,
} from '../../db/gaps.ts'
import { listGaps } from '../../db/gap-lists.ts'
import { beginSyncRun } from '../../db/sync.ts'
import type { DoubtReason } from '../../domain/doubt.ts'
import type { TenantTx } from '../../db/tenant.ts'
import { aTenant, openWorld, type Tenant, type World } from './world.ts'

const NOW = Date.UTC(2026, 10, 21)
const ALL = { userId: '', role: 'admin', seesAll: true } as const

describe('gaps', () => {
  let world: World
  let tenant: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (tenant = await aTenant(world)))

  const inTenant = <T>(work: (tx: TenantTx) => Promise<T>): Promise<T> =>
    world.database.withTenant(tenant.organizationId, work)
  const doubt = (now: number, ...reasons: DoubtReason[]): Promise<void> =>
    inTenant((tx) => {
      const doubts = reasons.map((reason) => ({ reason, since: NOW - 5 }))
      return keepGaps(tx, { integrationId: tenant.integrationId, doubts, now })
    })
  const listed = async (limit = 10, cursor?: string) =>
    inTenant((tx) => listGaps(tx, ALL, { limit, cursor }))
  const close = (startedAt: number): Promise<void> =>
    inTenant(async (tx) => {
      const { integrationId } = tenant
      const run = { integrationId, kind: 'gap', from: 0, to: 1, now: startedAt } as const
      const runId = await beginSyncRun(tx, run)
      await closeGaps(tx, { integrationId, startedAt, runId, now: startedAt + 9 })
    })

  it('opens one gap for each reason and leaves it as it began', async () => {
    await doubt(NOW, 'retrying', 'paused')
    await doubt(NOW + 60, 'retrying', 'paused')

    const { items } = await listed()

    assert.deepEqual(items.map(({ reason }) => reason).toSorted(), ['paused', 'retrying'])
    assert.ok(items.every(({ opened_at }) => Date.parse(opened_at) === NOW - 5))
  })

  it('is closed only by a sync that began after the doubt was over', async () => {
    await doubt(NOW, 'retrying')
    await doubt(NOW + 100)

    await close(NOW + 99)
    const early = (await listed()).items[0]?.closed_at
    await close(NOW + 100)

    assert.equal(early, null)
    assert.notEqual((await listed()).items[0]?.closed_at, null)
  })

  it('is another gap when the doubt returns after a sync has covered it', async () => {
    await doubt(NOW, 'retrying')
    await doubt(NOW + 100)
    await close(NOW + 101)

    await doubt(NOW + 200, 'retrying')

    assert.equal((await listed()).items.length, 2)
    assert.equal((await inTenant((tx) => openGaps(tx, tenant.integrationId))).length, 1)
  })

  it('counts anew for each sync what is shown, and never forgets what was recovered', async () => {
    await doubt(NOW, 'retrying')
    await doubt(NOW + 100)
    const [gap] = await inTenant((tx) => openGaps(tx, tenant.integrationId))
    const id = gap?.id ?? ''
    await inTenant((tx) => addToGap(tx, { id, shown: { provider: 3, own: 2 }, recovered: 2 }))

    await inTenant((tx) =>
      countGapsAnew(tx, { integrationId: tenant.integrationId, startedAt: NOW + 100 }),
    )
    await inTenant((tx) => addToGap(tx, { id, shown: { provider: 5, own: 5 } }))

    const [item] = (await listed()).items
    assert.deepEqual([item?.provider_count, item?.own_count, item?.recovered], [5, 5, 2])
  })

  it('has no count where the account was left before a sync could cover it', async () => {
    await doubt(NOW, 'tokenDead')

    await inTenant((tx) => abandonGaps(tx, { integrationId: tenant.integrationId, now: NOW + 1 }))

    assert.partialDeepStrictEqual((await listed()).items, [
      { reason: 'tokenDead', provider_count: null, own_count: null, sync_run_id: null },
    ])
  })

  it('lists page by page, newest first, and to a member only what is theirs', async () => {
    await doubt(NOW, 'retrying')
    await doubt(NOW, 'retrying', 'paused')

    const first = await listed(1)
    const second = await listed(1, first.nextCursor ?? '')
    const stranger = { userId: tenant.organizationId, role: 'member', seesAll: false } as const
    const strange = await inTenant((tx) => listGaps(tx, stranger, { limit: 10 }))

    assert.deepEqual(
      [...first.items, ...second.items].map(({ reason }) => reason),
      ['paused', 'retrying'],
    )
    assert.equal(second.nextCursor, null)
    assert.deepEqual(strange.items, [])
  })

  it('tells hooks in doubt until one of their deliveries is verified', async () => {
    const { endpoint, organizationId, integrationId } = tenant
    const rejection = { provider: 'calendly', endpoint, reason: 'mismatch' } as const
    const doubted = async () =>
      (await world.database.directory.hooksInDoubt(100)).filter(
        (row) => row.organizationId === organizationId,
      )
    await world.ingress.countRejection({ ...rejection, count: 2 })
    const twice = await doubted()
    await world.ingress.countRejection(rejection)

    assert.deepEqual(twice, [])
    assert.deepEqual(await doubted(), [{ organizationId, integrationId, provider: 'calendly' }])
    const body = Buffer.from('{}')
    const delivery = { kind: 'test', dedupeKey: 'one', body, bodyHash: body, headers: {} }
    await world.ingress.acceptEvents([{ ...delivery, endpoint }])
    assert.deepEqual(await doubted(), [])
  })
})
