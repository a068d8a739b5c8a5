import assert from 'node:assert/strict'
import { bookersIn } from '../../api/delivered.ts'
import type { Database } from '../../db/database.ts'
import { erasePerson } from '../../db/erasing.ts'
import { calendlyWebhook } from '../../providers/calendly/client.ts'
import type { DeliveryContent } from '../../providers/provider.ts'
import { openWorld, type World } from '../db/world.ts'
import { booked } from '../support/booking-deliveries.ts'
import { bytes } from '../support/calendly-payloads.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { columnsWith, everythingIn } from '../support/database-scan.ts'
import { type Inbox, openInbox } from '../support/inbox.ts'

const range = (length: number): number[] => Array.from({ length }, (_, n) => n)

/** Two who are erased, and one who stays in the meetings of both. */
const [ANN, BEN, STAYS] = ['ann@prospect.test', 'ben@prospect.test', 'stays@prospect.test']
const PEOPLE = [ANN, BEN, STAYS]
const GROUP = { invitees_counter: { total: 1, active: 1, limit: 99 } }

/** Bookings of three people in turn: in two groups, and each second time alone. */
const deliveries = range(120).map((n) => {
  const who = { email: PEOPLE[n % 3], name: `Name of ${PEOPLE[n % 3]}` }
  const group = booked(9000 + (n % 4)) as { payload: { event: string } }
  const { event } = group.payload
  return n % 2 === 0 ? booked(n, who) : booked(n, { ...who, event }, { uri: event, ...GROUP })
})

describe('activities: erasures beside events', () => {
  let world: World
  let stage: Stage
  let inbox: Inbox
  before(async () => {
    world = await openWorld()
    stage = await setStage(world)
    await stage.connect()
    inbox = await openInbox(world, stage)
  })
  after(async () => {
    await stage.close()
    await world.close()
  })

  it('never wait for each other, and leave nothing of the people', async () => {
    const failures: string[] = []
    const contents = new Map<string, DeliveryContent>()
    const database = watched(world.database, failures)
    const { applyEvent, applyBurst } = stage.elsewhere({ database })
    const { integrationId } = stage.job()
    const fresh = stage.elsewhere({
      database,
      takeFresh: (eventId) => {
        const content = contents.get(eventId)
        return content?.ok === true ? { integrationId, content } : undefined
      },
    })
    const erase = (email: string) =>
      database.withTenant(stage.organizationId, (tx) =>
        erasePerson(tx, email, (stored) => bookersIn(stage.deps.providers, stored)),
      )
    for (const round of [0, 1, 2, 3, 4, 5]) {
      const bodies = deliveries.slice(round * 20, round * 20 + 20)
      const ids = await inbox.deliver(...bodies)
      for (const [place, id] of ids.entries())
        contents.set(id, calendlyWebhook.read(bytes(bodies[place] ?? {})).content)
      const single = inTurn([0, 1, 2].map((lane) => ids.filter((_id, n) => n % 3 === lane)))

      await Promise.all([
        ...single.map((lane) => lane((id) => inbox.apply(id, applyEvent))),
        ...inTurn([ids.toReversed()]).map((lane) =>
          lane((id) => inbox.apply(id, fresh.applyEvent)),
        ),
        inbox.burst(ids.toReversed(), applyBurst),
        ...inTurn([
          [ANN, BEN],
          [BEN, ANN],
        ]).map((lane) => lane(erase)),
      ])
      for (const id of ids) await inbox.apply(id, applyEvent)
    }

    assert.deepEqual(failures, [])
    const stored = await everythingIn(world.owner)
    assert.deepEqual(columnsWith(stored, [ANN, BEN]), [])
    assert.ok(columnsWith(stored, [STAYS]).includes('prospect.email'))
  })
})

/** What waits too long is tried again, and a busy machine may be the cause; anything else is told. */
function watched(database: Database, failures: string[]): Database {
  return {
    ...database,
    withTenant: (organizationId, work) =>
      database.withTenant(organizationId, work).catch((error: unknown) => {
        const text = String(error instanceof Error ? (error.cause ?? error) : error)
        if (!/timeout/i.test(text)) failures.push(text)
        throw error
      }),
  }
}

type Lane<Item> = (act: (item: Item) => Promise<unknown>) => Promise<void>

/** Each list one after the other; one that fails does not hold up the next. */
const inTurn = <Item>(lists: readonly (readonly Item[])[]): Lane<Item>[] =>
  lists.map((list) => async (act) => {
    for (const item of list) await act(item).catch(() => undefined)
  })
