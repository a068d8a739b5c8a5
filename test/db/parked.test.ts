import assert from 'node:assert/strict'
import { lockEvent, markProcessed } from '../../db/inbound-events.ts'
import { dropParked, listParked, park, retryParked, wake } from '../../db/parked.ts'
import type { TenantTx } from '../../db/tenant.ts'
import { aDelivery, aTenant, openWorld, type Tenant, type World } from './world.ts'

describe('parked events', () => {
  let world: World
  let tenant: Tenant
  let eventId: string
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => {
    tenant = await aTenant(world)
    const [stored] = await world.ingress.acceptEvents([aDelivery(tenant.endpoint, 'k')])
    assert.equal(stored?.outcome, 'stored')
    eventId = 'eventId' in stored ? stored.eventId : ''
    await inTenant((tx) => park(tx, { eventId, reason: 'User not found', waitsFor: 'client:1' }))
  })

  const inTenant = <T>(work: (tx: TenantTx) => Promise<T>) =>
    world.database.withTenant(tenant.organizationId, work)
  const admin = () => ({ userId: tenant.userId, role: 'admin', seesAll: true }) as const
  const list = () => inTenant((tx) => listParked(tx, admin(), { limit: 10 }))
  const status = async () => (await inTenant((tx) => lockEvent(tx, eventId)))?.status

  it('waits with its reason until the missing fact appears', async () => {
    const waiting = await list()

    const woken = await inTenant((tx) => wake(tx, 'client:1'))

    assert.deepEqual(
      waiting.items.map(({ reason }) => reason),
      ['User not found'],
    )
    assert.deepEqual([woken, await status()], [[eventId], 'received'])
  })

  it('is not woken by another fact', async () => {
    const woken = await inTenant((tx) => wake(tx, 'client:2'))

    assert.deepEqual([woken, await status()], [[], 'parked'])
  })

  it('leaves the list once its event is processed', async () => {
    await inTenant((tx) => wake(tx, 'client:1'))
    await inTenant((tx) => markProcessed(tx, eventId, 'event:1'))

    assert.deepEqual((await list()).items, [])
  })

  it('is retried or dropped by a person who may see it, and by nobody else', async () => {
    const [item] = (await list()).items
    const id = item?.id ?? ''
    const stranger = { userId: eventId, role: 'member', seesAll: false } as const

    const refused = await inTenant((tx) => dropParked(tx, stranger, id))
    const retried = await inTenant((tx) => retryParked(tx, admin(), id))
    const again = await status()
    const dropped = await inTenant((tx) => dropParked(tx, admin(), id))

    assert.deepEqual([refused, retried?.eventId, again], [undefined, eventId, 'received'])
    assert.deepEqual([dropped?.eventId, await status()], [eventId, 'dropped'])
  })
})
