import assert from 'node:assert/strict'
import { openWorld, type World } from '../db/world.ts'
import { booked, shuffledBookings } from '../support/booking-deliveries.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { type Inbox, openInbox } from '../support/inbox.ts'
import { lookAtBookings } from '../support/look-at-bookings.ts'

const range = (length: number): number[] => Array.from({ length }, (_, n) => n)

describe('activities: bursts', () => {
  let world: World
  const stages: Stage[] = []
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  afterEach(async () => {
    await world.owner.query('drop trigger if exists poison on meeting')
    await Promise.all(stages.splice(0).map((stage) => stage.close()))
  })

  /** An organization of its own with an inbox. */
  async function open(): Promise<{ stage: Stage; inbox: Inbox }> {
    const stage = await setStage(world)
    stages.push(stage)
    await stage.connect()
    return { stage, inbox: await openInbox(world, stage) }
  }
  /** PostgreSQL refuses the meeting of this name, in this way. */
  const poison = (name: string, code: string) =>
    world.owner.query(`
      create or replace function poison() returns trigger language plpgsql as $$
      begin raise exception 'refused' using errcode = '${code}'; end $$;
      create trigger poison before insert on meeting for each row
        when (new.name = '${name}') execute function poison()`)
  const look = ({ organizationId }: Stage) => lookAtBookings(world, organizationId)

  for (const seed of [1, 2, 3])
    it(`end like single events: two hundred of all sorts, seed ${seed}`, async () => {
      const deliveries = shuffledBookings({ seed, count: 200 })
      const [alone, together] = [await open(), await open()]
      const ids = [
        await alone.inbox.deliver(...deliveries),
        await together.inbox.deliver(...deliveries),
      ] as const

      for (const id of ids[0]) await alone.inbox.apply(id)
      for (const at of [0, 100]) await together.inbox.burst(ids[1].slice(at, at + 100))

      const [expected, found] = [await look(alone.stage), await look(together.stage)]
      assert.ok(expected.meetings.length > 20 && expected.told.length > 100)
      for (const part of Object.keys(expected) as (keyof typeof expected)[])
        assert.deepEqual(found[part], expected[part], part)
    })

  it('share transactions, and log each event as a single one is logged', async () => {
    const { stage, inbox } = await open()
    const ids = await inbox.deliver(...range(100).map((n) => booked(n)))
    const [lines, counted] = [new Map<string, object>(), { transactions: 0 }]
    const { applyBurst } = stage.elsewhere({
      log: { info: (facts, text) => void lines.set(text, facts), warn: () => {} },
      database: {
        ...world.database,
        withTenant: (organizationId, work) => {
          counted.transactions += 1
          return world.database.withTenant(organizationId, work)
        },
      },
    })

    const result = await inbox.burst(ids, applyBurst)

    assert.deepEqual(result, { processed: 100, handedOver: 0 })
    assert.equal(counted.transactions, 2)
    assert.deepEqual(Object.keys(lines.get('processed') ?? {}).toSorted(), [
      'eventId',
      'meetingId',
      'ms',
      'status',
    ])
  })

  for (const [code, end] of [
    ['P0001', 'received'],
    ['22003', 'quarantined'],
  ] as const)
    it(`go on without the one that PostgreSQL refuses with ${code}: it stays ${end}`, async () => {
      const { stage, inbox } = await open()
      await poison('Poison', code)
      const bodies = range(100).map((n) => booked(n, {}, n === 40 ? { name: 'Poison' } : {}))
      const ids = await inbox.deliver(...bodies)

      const result = await inbox.burst(ids)

      const { meetings, told } = await look(stage)
      const { status } = await inbox.statusOf(ids[40] ?? '')
      const handedOver = end === 'received' ? 1 : 0
      assert.deepEqual(result, { processed: 100 - handedOver, handedOver })
      assert.deepEqual([status, meetings.length, told.length], [end, 99, 198])
    })
})
