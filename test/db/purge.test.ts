import assert from 'node:assert/strict'
import { aDelivery, aTenant, openWorld, type World } from './world.ts'

describe('purge', () => {
  let world: World
  before(async () => void (world = await openWorld()))
  after(() => world.close())

  it('removes raw bodies, mail of nobody and old frames, each after its time and no earlier', async () => {
    const { endpoint, organizationId } = await aTenant(world)
    const { endpoint: _, ...mail } = aDelivery('', 'm')
    for (const key of ['old', 'new']) {
      await world.ingress.acceptEvents([aDelivery(endpoint, key)])
      await world.ingress.keepUnrouted({
        ...mail,
        dedupeKey: key,
        provider: 'calendly',
        accountUris: ['x'],
      })
      await world.database.withTenant(organizationId, async (tx) =>
        tx.emit('prospect:created', { key }, []),
      )
    }
    for (const [table, column, key] of [
      ['inbound_event', 'received_at', `dedupe_key = 'old'`],
      ['unrouted_delivery', 'received_at', `dedupe_key = 'old'`],
      ['outbox', 'created_at', 'seq = 1'],
    ])
      await world.owner.query(
        `update ${table} set ${column} = ${column} - interval '31 days' where ${key}`,
      )

    const removed = [
      await world.database.directory.purgeExpired(100),
      await world.database.directory.purgeExpired(100),
    ]

    const { rows } = await world.owner.query(`
      select (select array_agg(dedupe_key) from inbound_event where body is not null) as bodies,
        (select array_agg(dedupe_key) from unrouted_delivery) as mail,
        (select array_agg(seq) from outbox) as frames,
        (select count(*)::int from inbound_event) as events`)
    assert.deepEqual(removed, [3, 0])
    assert.deepEqual(rows, [{ bodies: ['new'], mail: ['new'], frames: ['2'], events: 2 }])
  })
})
