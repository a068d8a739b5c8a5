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
    await world.owner.query(`update inbound_event set status = 'processed'`)
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

  it('keeps the body of whatever has not ended, however old it is', async () => {
    const { endpoint, organizationId } = await aTenant(world)
    const statuses = ['received', 'held', 'parked', 'processed', 'dropped', 'quarantined']
    for (const status of statuses) {
      await world.ingress.acceptEvents([aDelivery(endpoint, status)])
      await world.owner.query(
        `update inbound_event set status = $1, received_at = now() - interval '31 days'
          where organization_id = $2 and dedupe_key = $1`,
        [status, organizationId],
      )
    }

    await world.database.directory.purgeExpired(100)

    const { rows } = await world.owner.query(
      `select dedupe_key as status from inbound_event
        where organization_id = $1 and body is not null order by dedupe_key`,
      [organizationId],
    )
    assert.deepEqual(
      rows.map(({ status }) => status),
      ['held', 'parked', 'received'],
    )
  })

  it('hands lost events out in turns, so that those which always fail starve no other', async () => {
    const { endpoint, organizationId } = await aTenant(world)
    const deliveries = ['first', 'second'].map((key) => aDelivery(endpoint, `turn-${key}`))
    await world.ingress.acceptEvents(deliveries)
    await world.owner.query(
      `update inbound_event set started_at = now() - case dedupe_key
          when 'turn-first' then interval '2 minutes' else interval '1 minute' end
        where organization_id = $1`,
      [organizationId],
    )
    const ask = () => world.database.directory.unfinishedEvents({ startedForMs: 30_000, limit: 1 })

    const turns = [await ask(), await ask(), await ask()]

    const { rows } = await world.owner.query<{ id: string }>(
      `select id from inbound_event where organization_id = $1 order by dedupe_key`,
      [organizationId],
    )
    assert.deepEqual(
      turns.map((events) => events.map(({ eventId }) => eventId)),
      [[rows[0]?.id], [rows[1]?.id], []],
    )
  })
})
