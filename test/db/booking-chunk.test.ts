import assert from 'node:assert/strict'
import { applyBooking } from '../../db/bookings.ts'
import { applyChunk } from '../../db/booking-chunk.ts'
import { newId } from '../../db/ids.ts'
import type { BookingEvent } from '../../domain/booking.ts'
import { anInvitee, aSlot } from '../support/booking-stories.ts'
import { lookAtBookings } from '../support/look-at-bookings.ts'
import { aTenant, openWorld, type Tenant, type World } from './world.ts'

const created = (n: number, userUri = 'user:nobody'): BookingEvent => ({
  provider: 'calendly',
  kind: 'created',
  invitee: anInvitee({ uri: `i${n}`, slotUri: `s${n}`, email: `pat${n}@prospect.test` }),
  slot: aSlot({ uri: `s${n}`, hosts: [{ userUri, email: null, name: null }] }),
})

describe('applyChunk', () => {
  let world: World
  before(async () => void (world = await openWorld()))
  after(() => world.close())

  const together = (
    { organizationId, integrationId }: Tenant,
    events: readonly BookingEvent[],
    over = integrationId,
  ) =>
    world.database.withTenant(organizationId, (tx) =>
      applyChunk(
        tx,
        events.map((event, n) => ({ integrationId: over, event, eventId: `e${n}` })),
      ),
    )
  const alone = ({ organizationId, integrationId }: Tenant, event: BookingEvent) =>
    world.database.withTenant(organizationId, (tx) =>
      applyBooking(tx, { integrationId, event, eventId: null }),
    )
  const look = ({ organizationId }: Tenant) => lookAtBookings(world, organizationId)

  it('leaves the rows and the news that single bookings leave, hosts of ours among them', async () => {
    const [one, other] = [await aTenant(world), await aTenant(world)]
    const { rows } = await world.owner.query(
      'select id, provider_user_uri as uri from integration where id = any ($1)',
      [[one.integrationId, other.integrationId]],
    )
    const hostOf = ({ integrationId }: Tenant) => rows.find(({ id }) => id === integrationId)?.uri
    const events = (tenant: Tenant) => [created(1), created(2, hostOf(tenant)), created(3)]

    for (const event of events(one)) await alone(one, event)
    const done = await together(other, events(other))

    assert.deepEqual([...done.keys()], ['e0', 'e1', 'e2'])
    assert.deepEqual(await look(other), await look(one))
  })

  it('leaves out what is known already, and takes a person who is', async () => {
    const tenant = await aTenant(world)
    await alone(tenant, created(1))
    const again = created(2)
    const { invitee } = created(1)
    const events = [
      created(1),
      { ...again, invitee: { ...again.invitee, email: invitee.email, name: 'Pat Newer' } },
    ]

    const done = await together(tenant, events)

    const { prospects, meetings } = await look(tenant)
    assert.deepEqual([...done.keys()], ['e1'])
    assert.deepEqual([prospects.length, meetings.length], [1, 2])
    assert.match(prospects[0] ?? '', /Pat Newer/)
  })

  it('does nothing at all when one of them can’t have its effect', async () => {
    const tenant = await aTenant(world)

    await assert.rejects(together(tenant, [created(1), created(2)], newId()), /no such row/)

    const { prospects, told } = await look(tenant)
    assert.deepEqual([prospects, told], [[], []])
  })

  it('does nothing when asked for nothing', async () => {
    const done = await together(await aTenant(world), [])

    assert.equal(done.size, 0)
  })
})
