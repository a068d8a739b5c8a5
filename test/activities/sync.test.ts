import assert from 'node:assert/strict'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { syncing } from '../support/syncing.ts'

describe('activities: sync', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (stage = await setStage(world)))
  afterEach(() => stage.close())

  const { sync, book, query, meetings, runs } = syncing(
    () => world,
    () => stage,
  )

  it('finds bookings of both statuses that were made before the connect, on several pages', async () => {
    for (let n = 0; n < 25; n += 1) await book(`active${n}`)
    for (let n = 0; n < 5; n += 1) {
      const { invitee } = await book(`canceled${n}`)
      const id = invitee.uri.split('/').at(-1)
      await stage.visitor.control(`/calendly/bookings/${id}/cancel`, {})
    }
    await stage.connect()

    const pages = await sync()

    assert.equal(pages, 3)
    assert.deepEqual(await meetings(), [
      { status: 'active', count: 25 },
      { status: 'canceled', count: 5 },
    ])
    assert.deepEqual(await runs(), [
      { kind: 'backfill', seen: 30, created: 30, changed: 0, missed_by_hook: 0, finished: true },
    ])
  })

  it('finds everybody in a group', async () => {
    const { scheduled_event } = await book('first', { limit: 150 })
    for (let n = 0; n < 120; n += 1) await book(`guest${n}`, { event: scheduled_event.uri })
    await stage.connect()

    await sync()

    const people = await query(
      'select count(*)::int as n from meeting_invitee where organization_id = $1',
    )
    const prospects = await query(
      'select count(*)::int as n from prospect where organization_id = $1',
    )
    assert.deepEqual(await meetings(), [{ status: 'active', count: 1 }])
    assert.deepEqual([people, prospects], [[{ n: 121 }], [{ n: 121 }]])
  })

  it('changes nothing and counts nothing new when it runs again', async () => {
    await book('pat')
    await stage.connect()
    await sync()
    const before = await query('select * from meeting where organization_id = $1')

    await sync(false)

    assert.deepEqual(await query('select * from meeting where organization_id = $1'), before)
    assert.partialDeepStrictEqual(await runs(), [
      { kind: 'backfill', created: 1 },
      { kind: 'window', seen: 1, created: 0, changed: 0, missed_by_hook: 0 },
    ])
  })

  it('counts a booking found later as missed by the hook', async () => {
    await stage.connect()
    await sync()
    await book('pat')

    await sync(false)

    assert.partialDeepStrictEqual(await runs(), [{}, { created: 1, missed_by_hook: 1 }])
  })

  it('sees a cancellation that no webhook brought', async () => {
    const { invitee } = await book('pat')
    await stage.connect()
    await sync()
    const id = invitee.uri.split('/').at(-1)
    await stage.visitor.control(`/calendly/bookings/${id}/cancel`, {})

    await sync(false)

    assert.deepEqual(await meetings(), [{ status: 'canceled', count: 1 }])
    assert.partialDeepStrictEqual(await runs(), [{}, { created: 0, changed: 1 }])
  })
})
