import assert from 'node:assert/strict'
import { newId } from '../../db/ids.ts'
import { want } from '../../db/integrations.ts'
import { openWorld, type World } from '../db/world.ts'
import { booked } from '../support/booking-deliveries.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { type Inbox, openInbox } from '../support/inbox.ts'
import { lookAtBookings } from '../support/look-at-bookings.ts'

const range = (length: number): number[] => Array.from({ length }, (_, n) => n)

describe('activities: bursts of what is linked or ill', () => {
  let world: World
  const stages: Stage[] = []
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  afterEach(async () => {
    await Promise.all(stages.splice(0).map((stage) => stage.close()))
  })

  /** An organization of its own with an inbox. */
  async function open(): Promise<{ stage: Stage; inbox: Inbox }> {
    const stage = await setStage(world)
    stages.push(stage)
    await stage.connect()
    return { stage, inbox: await openInbox(world, stage) }
  }
  /** The same delivery in a row of its own, as if the door had not known it. */
  async function copy(eventId: string): Promise<string> {
    const id = newId()
    await world.owner.query(
      `insert into inbound_event (organization_id, id, integration_id, provider, kind, dedupe_key,
         body, body_hash, headers)
       select organization_id, $2, integration_id, provider, kind, $3, body, body_hash, headers
       from inbound_event where id = $1`,
      [eventId, id, id],
    )
    return id
  }
  const look = ({ organizationId }: Stage) => lookAtBookings(world, organizationId)

  it('have one effect for copies, and for one event named twice', async () => {
    const { stage, inbox } = await open()
    const [id = ''] = await inbox.deliver(booked(1))
    const copies = await Promise.all([copy(id), copy(id)])

    const result = await inbox.burst([id, ...copies, id])

    const { meetings, told, events } = await look(stage)
    assert.deepEqual(result, { processed: 4, handedOver: 0 })
    assert.deepEqual([meetings.length, told.length], [1, 2])
    assert.deepEqual(
      events,
      range(3).map(() => ['processed', null, 'event:of-a-test', 1]),
    )
  })

  it('make one prospect of one address in many bookings', async () => {
    const { stage, inbox } = await open()
    const same = range(6).map((n) =>
      booked(n, { email: n % 2 ? ' Pat@Prospect.test' : 'pat@prospect.test' }),
    )
    const ids = await inbox.deliver(...same, ...range(20).map((n) => booked(50 + n)))

    await inbox.burst(ids)

    const { meetings, prospects } = await look(stage)
    assert.deepEqual([meetings.length, prospects.length], [26, 21])
  })

  it('have each effect once when two with the same events run at once', async () => {
    const { stage, inbox } = await open()
    const ids = await inbox.deliver(...range(100).map((n) => booked(n)))

    const results = await Promise.all([
      inbox.burst(ids.slice(0, 70)),
      inbox.burst(ids.slice(30).toReversed()),
      inbox.burst(ids.slice(20, 90)),
    ])

    const { meetings, prospects, told, events } = await look(stage)
    assert.deepEqual(
      results.map(({ handedOver }) => handedOver),
      [0, 0, 0],
    )
    assert.deepEqual([meetings.length, prospects.length, told.length], [100, 100, 200])
    assert.deepEqual(new Set(events.map(String)), new Set(['processed,,event:of-a-test,1']))
  })

  it('leave held events held, set ill ones aside and drop nobody’s, between good ones', async () => {
    const { stage, inbox } = await open()
    const { integrationId } = stage.job()
    const turn = (wanted: 'connected' | 'paused') =>
      world.database.withTenant(stage.organizationId, (tx) => want(tx, { integrationId, wanted }))
    await turn('paused')
    const held = await inbox.deliver(booked(1), booked(2))
    await turn('connected')
    const good = await inbox.deliver(booked(3), booked(4), booked(5))
    const ill = await inbox.deliver(booked(6, { email: 7 }), '{"event":')

    const mixed = [good[0], held[0], ill[0], good[1], newId(), ill[1], held[1], good[2]]
    const result = await inbox.burst(mixed.map((id) => id ?? ''))

    const { meetings, events } = await look(stage)
    assert.deepEqual(result, { processed: 8, handedOver: 0 })
    assert.equal(meetings.length, 3)
    assert.deepEqual(
      events.map(([status]) => status),
      ['held', 'held', 'processed', 'processed', 'processed', 'quarantined', 'quarantined'],
    )
  })

  it('serve several organizations at once', async () => {
    const all = [await open(), await open()]
    const [one = [], two = []] = await Promise.all(
      all.map(({ inbox }) => inbox.deliver(...range(8).map((n) => booked(n)))),
    )
    const [first] = all
    const rows = one.flatMap((id, n) => [
      { organizationId: all[0]?.stage.organizationId ?? '', eventId: id },
      { organizationId: all[1]?.stage.organizationId ?? '', eventId: two[n] ?? '' },
    ])

    const result = await first?.inbox.burstOf(rows)

    assert.deepEqual(result, { processed: 16, handedOver: 0 })
    for (const { stage } of all) assert.equal((await look(stage)).told.length, 16)
  })
})
