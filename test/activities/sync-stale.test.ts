import assert from 'node:assert/strict'
import type { JobResult, SyncCursor } from '../../domain/owner-state.ts'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { after as decided, chosen, listed, owner, START } from '../support/owner-plays.ts'
import { syncing } from '../support/syncing.ts'

const nextOf = (result: JobResult): SyncCursor => {
  assert.equal(result.kind, 'page')
  return (result.kind === 'page' ? result.next : null) ?? assert.fail('it was the last page')
}

describe('activities: a sync whose place the provider has forgotten', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (stage = await setStage(world)))
  afterEach(() => stage.close())

  const { page, book, meetings, runs } = syncing(
    () => world,
    () => stage,
  )

  /** Reads two pages of three, and comes back so late that its token is worth nothing. */
  async function leftForLong(): Promise<SyncCursor> {
    for (let n = 0; n < 45; n += 1) await book(`person${n}`)
    await stage.connect()
    const next = nextOf(await page(nextOf(await page())))
    assert.notEqual(next.pageToken, null)
    return { ...next, pageToken: 'gone' }
  }

  it('is read from its first page at once, and counts nobody twice', async () => {
    const left = await leftForLong()
    let result = await page(left)
    const anew = nextOf(result)

    for (let cursor: SyncCursor | null = anew; cursor !== null; ) {
      result = await page(cursor)
      cursor = result.kind === 'page' ? result.next : assert.fail(result.kind)
    }

    const first = { phase: 'active', pageToken: null, skip: 0, isAnew: true } as const
    assert.deepEqual(anew, { ...left, ...first })
    assert.deepEqual(await meetings(), [{ status: 'active', count: 45 }])
    assert.deepEqual(await runs(), [
      { kind: 'backfill', seen: 45, created: 45, changed: 0, missed_by_hook: 0, finished: true },
    ])
  })

  it('waits for nothing before it begins again', async () => {
    const result = await page(await leftForLong())

    const state = decided(decided(owner(), 'reconcileHook', listed), 'syncPage', result)

    assert.equal(chosen(state, START), 'syncPage')
  })

  it('has failed when it is refused a second time, whether as wrong or as unknown', async () => {
    const left = await leftForLong()
    const again = { ...nextOf(await page(left)), pageToken: 'gone' }

    const wrong = await page(again)
    const route = 'GET /scheduled_events'
    await stage.visitor.fault({ kind: 'status', status: 404, route, times: 1 })
    const unknown = await page(again)

    assert.deepEqual(
      [wrong, unknown].map((one) => one.kind === 'refused' && one.refusal),
      ['request', 'request'],
    )
  })
})
