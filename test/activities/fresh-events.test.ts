import assert from 'node:assert/strict'
import { calendlyWebhook } from '../../providers/calendly/client.ts'
import { openWorld, type World } from '../db/world.ts'
import { booked, shuffledBookings } from '../support/booking-deliveries.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { type Inbox, openInbox } from '../support/inbox.ts'
import { lookAtBookings } from '../support/look-at-bookings.ts'

describe('activities: events that this process has just read', () => {
  let world: World
  const stages: Stage[] = []
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  afterEach(() => Promise.all(stages.splice(0).map((stage) => stage.close())))

  /** An organization with an inbox, and with the worker of a process that remembers `bodies`. */
  async function open() {
    const stage = await setStage(world)
    stages.push(stage)
    await stage.connect()
    const inbox: Inbox = await openInbox(world, stage)
    const bodies = new Map<string, object | string>()
    const { integrationId } = stage.job()
    const { applyEvent } = stage.elsewhere({
      takeFresh: (eventId) => {
        const told = bodies.get(eventId)
        if (told === undefined) return undefined
        const text = typeof told === 'string' ? told : JSON.stringify(told)
        const { content } = calendlyWebhook.read(Buffer.from(text))
        return content.ok ? { integrationId, content } : undefined
      },
    })
    return { stage, inbox, bodies, applyEvent }
  }
  const look = ({ organizationId }: Stage) => lookAtBookings(world, organizationId)

  it('end like those whose bytes are read again: two hundred of all sorts', async () => {
    const deliveries = shuffledBookings({ seed: 4, count: 200 })
    const [read, remembered] = [await open(), await open()]
    const ids = [
      await read.inbox.deliver(...deliveries),
      await remembered.inbox.deliver(...deliveries),
    ] as const
    for (const [place, id] of ids[1].entries()) {
      const told = deliveries[place]
      if (told !== undefined && !remembered.bodies.has(id)) remembered.bodies.set(id, told)
    }

    for (const id of ids[0]) await read.inbox.apply(id)
    for (const id of ids[1]) await remembered.inbox.apply(id, remembered.applyEvent)

    const [expected, found] = [await look(read.stage), await look(remembered.stage)]
    assert.ok(expected.meetings.length > 20 && expected.told.length > 100)
    for (const part of Object.keys(expected) as (keyof typeof expected)[])
      assert.deepEqual(found[part], expected[part], part)
  })

  it('have no second effect, and none once they are set aside', async () => {
    const { stage, inbox, bodies, applyEvent } = await open()
    const [first = '', second = ''] = await inbox.deliver(booked(1), booked(2))
    bodies.set(first, booked(1)).set(second, booked(2))
    await inbox.apply(first)
    await world.owner.query(`update inbound_event set status = 'held' where id = $1`, [second])
    const before = await look(stage)

    const ends = [await inbox.apply(first, applyEvent), await inbox.apply(second, applyEvent)]

    assert.deepEqual(ends, ['processed', 'held'])
    assert.deepEqual(await look(stage), before)
  })
})
