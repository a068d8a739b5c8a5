import assert from 'node:assert/strict'
import type { JobResult, SyncCursor } from '../../domain/owner-state.ts'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { syncing } from '../support/syncing.ts'

const INVITEES = 'GET /scheduled_events/:uuid/invitees'

describe('activities: sync within limits', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (stage = await setStage(world)))
  afterEach(() => stage.close())

  const { page, sync, book, meetings, runs } = syncing(
    () => world,
    () => stage,
  )

  it('makes at most twenty calls for a page', async () => {
    for (let n = 0; n < 30; n += 1) await book(`pat${n}`)
    await stage.connect()
    const calls = async () =>
      (await stage.visitor.send('GET', '/control/requests')).body.total as number
    const before = await calls()

    await page()

    assert.equal((await calls()) - before, 20)
  })

  it('goes on with a page that failed in the middle, and loses and doubles nothing', async () => {
    for (let n = 0; n < 10; n += 1) await book(`pat${n}`)
    await stage.connect()
    await stage.visitor.fault({ kind: '500', route: INVITEES, times: 1 })

    const failed = await page()
    await sync()

    assert.equal(failed.kind, 'again')
    assert.partialDeepStrictEqual(await runs(), [{ seen: 10, created: 10, finished: true }])
    assert.equal((await runs()).length, 1)
  })

  it('skips a booking that is closed to us, and takes all others', async () => {
    for (let n = 0; n < 5; n += 1) await book(`pat${n}`)
    await stage.connect()
    await stage.visitor.fault({ kind: 'status', status: 404, route: INVITEES, times: 1 })

    const result = await page()

    assert.match(result.kind === 'page' ? result.found : '', /4 seen.*1 could not be read/)
    assert.deepEqual(await meetings(), [{ status: 'active', count: 4 }])
  })

  it('leaves half of the provider’s budget to people: it rests until the next minute', async () => {
    for (let n = 0; n < 30; n += 1) await book(`pat${n}`)
    await stage.connect()
    await stage.visitor.fault({ kind: 'request-limit', value: 100 })

    const results = []
    for (let cursor: SyncCursor | null = null; ; ) {
      const result: JobResult = await page(cursor)
      assert.ok(result.kind === 'page')
      results.push(result.restMs ?? 0)
      if (result.restMs !== undefined) await stage.advance(result.restMs / 1_000)
      if (result.next === null) break
      cursor = result.next
    }

    assert.equal(results[0], 0)
    assert.ok(results.some((restMs) => restMs > 0 && restMs <= 60_000))
    assert.deepEqual(await meetings(), [{ status: 'active', count: 30 }])
  })

  it('waits as long as a 429 says', async () => {
    await stage.connect()
    await stage.visitor.fault({ kind: 'request-limit', value: 0 })

    const result = await page()

    assert.ok(result.kind === 'again' && (result.afterMs ?? 0) > 0)
  })

  it('says that the access is refused', async () => {
    await stage.connect()
    await stage.advance(7_300)

    assert.deepEqual(await page(), { kind: 'unauthorized' })
  })
})
