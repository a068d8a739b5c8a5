import assert from 'node:assert/strict'
import { openSync } from '../../activities/sync-window.ts'
import { keepGaps } from '../../db/gaps.ts'
import { countPage } from '../../db/sync.ts'
import type { Doubt } from '../../domain/doubt.ts'
import type { SyncCursor } from '../../domain/owner-state.ts'
import { aTenant, openWorld, type Tenant, type World } from '../db/world.ts'

const DAY = 24 * 60 * 60_000
const NOW = Date.UTC(2026, 10, 21)

const days = ({ from, to }: SyncCursor, now = NOW) => [(now - from) / DAY, (to - now) / DAY]

describe('activities: the window of a sync', () => {
  let world: World
  let tenant: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (tenant = await aTenant(world)))

  const open = (now: number, first = false): Promise<SyncCursor> =>
    world.database.withTenant(tenant.organizationId, (tx) =>
      openSync(tx, { integrationId: tenant.integrationId, now, first }),
    )
  /** Opens a sync and reads its pages, as far as its record is concerned. */
  const sync = async (now = NOW, first = false): Promise<SyncCursor> => {
    const opened = await open(now, first)
    const read = { runId: opened.runId, place: 'canceled ', seen: 0, unheard: 0 }
    await world.database.withTenant(tenant.organizationId, (tx) => countPage(tx, read))
    return opened
  }
  const doubt = (doubts: readonly Doubt[], now: number): Promise<void> =>
    world.database.withTenant(tenant.organizationId, (tx) =>
      keepGaps(tx, { integrationId: tenant.integrationId, doubts, now }),
    )

  it('reads the past 30 and the next 365 days at connect, and two days back later', async () => {
    const [first, later] = [await sync(NOW, true), await sync(NOW + DAY)]

    assert.deepEqual([first.kind, ...days(first)], ['backfill', 30, 365])
    assert.deepEqual([later.kind, ...days(later, NOW + DAY)], ['window', 2, 365])
  })

  it('reaches back to a month before the oldest gap that has ended', async () => {
    await doubt([{ reason: 'tokenDead', since: NOW - 40 * DAY }], NOW)
    await doubt([], NOW)

    const opened = await sync()

    assert.deepEqual([opened.kind, ...days(opened)], ['gap', 70, 365])
  })

  it('looks back a month once a day while a doubt lasts', async () => {
    await doubt([{ reason: 'planRefused', since: null }], NOW)

    const opened = [await sync(), await sync(NOW + DAY / 2), await sync(NOW + 1.5 * DAY)]

    assert.deepEqual(
      opened.map((one) => [one.kind, (one.startedAt - one.from) / DAY]),
      [
        ['window', 30],
        ['window', 2],
        ['window', 30],
      ],
    )
  })

  it('goes on with the record of a sync that never read a page', async () => {
    const [once, again] = [await open(NOW), await open(NOW + 1_000)]

    assert.equal(again.runId, once.runId)
  })
})
