import assert from 'node:assert/strict'
import fc from 'fast-check'
import { applyBooking } from '../../db/bookings.ts'
import type { BookingEvent } from '../../domain/booking.ts'
import { canonicalText } from '../../domain/booking-merge.ts'
import { absorb, type BookingFacts, foldMeetings } from '../../domain/booking-state.ts'
import { anInvitee, aSlot, bookingStory } from '../support/booking-stories.ts'
import { aTenant, openWorld, type Tenant, type World } from './world.ts'

const LATE = '2026-11-21T11:00:00.000000Z'

const created = (invitee: string, slot: string, told = {}): BookingEvent => ({
  provider: 'calendly',
  kind: 'created',
  invitee: anInvitee({ uri: invitee, slotUri: slot, ...told }),
  slot: aSlot({ uri: slot }),
})
const canceled = (invitee: string, slot: string, told = {}): BookingEvent => ({
  ...created(invitee, slot, { status: 'canceled', updatedAt: LATE, ...told }),
  kind: 'canceled',
})

describe('applyBooking', () => {
  let world: World
  before(async () => void (world = await openWorld()))
  after(() => world.close())

  const apply = (tenant: Tenant, event: BookingEvent) =>
    world.database.withTenant(tenant.organizationId, async (tx) => {
      const { integrationId } = tenant
      const applied = await applyBooking(tx, { integrationId, event, eventId: null })
      return applied === 'erased' ? assert.fail('nobody was erased') : applied
    })
  const applyAll = async (tenant: Tenant, events: readonly BookingEvent[]) => {
    for (const event of events) await apply(tenant, event)
  }

  /** What people see, without the ids and times that no two runs share. */
  async function shown({ organizationId }: Tenant) {
    const { rows } = await world.owner.query(
      `select m.slot_uri, m.status, m.start_at, m.moved_count, m.cancellation, m.capacity,
         (select array_agg(slot_uri order by slot_uri) from meeting_slot s
           where s.organization_id = m.organization_id and s.meeting_id = m.id) as slots,
         (select jsonb_agg(jsonb_build_array(invitee_uri, status, no_show, shown, fact)
             order by invitee_uri)
           from meeting_invitee i
           where i.organization_id = m.organization_id and i.meeting_id = m.id) as people,
         (select array_agg(host_uri order by host_uri) from meeting_host h
           where h.organization_id = m.organization_id and h.meeting_id = m.id) as hosts
       from meeting m where m.organization_id = $1 and merged_into is null order by slot_uri`,
      [organizationId],
    )
    const prospects = await world.owner.query(
      `select email, name, owner_user_id is not null as owned, details_version, owner_version
       from prospect where organization_id = $1 order by email`,
      [organizationId],
    )
    return { meetings: rows, prospects: prospects.rows }
  }

  async function emitted({ organizationId }: Tenant): Promise<string[]> {
    const { rows } = await world.owner.query<{ event: string }>(
      'select event from outbox where organization_id = $1 order by seq',
      [organizationId],
    )
    return rows.map(({ event }) => event)
  }

  it('turns one booking into a prospect and a meeting, told once each', async () => {
    const tenant = await aTenant(world)
    const name = 'Éloïse 🎉 王'

    const applied = await apply(tenant, created('i1', 's1', { name, email: ' Pat@Prospect.test' }))

    const { meetings, prospects } = await shown(tenant)
    assert.deepEqual([applied.created, applied.changed], [true, true])
    assert.deepEqual(
      [meetings.length, meetings[0].status, meetings[0].hosts],
      [1, 'active', ['user:1']],
    )
    assert.deepEqual([prospects.length, prospects[0].name, prospects[0].owned], [1, name, true])
    assert.deepEqual(await emitted(tenant), ['prospect:created', 'meeting:created'])
  })

  it('changes nothing and tells nobody when a delivery comes again', async () => {
    const tenant = await aTenant(world)
    const event = created('i1', 's1')
    await apply(tenant, event)
    const before = await shown(tenant)

    const again = await apply(tenant, event)

    assert.deepEqual([again.created, again.changed], [false, false])
    assert.deepEqual(await shown(tenant), before)
    assert.equal((await emitted(tenant)).length, 2)
  })

  it('has one effect when fifty copies arrive at once', async () => {
    const tenant = await aTenant(world)
    const event = created('i1', 's1')

    const applied = await Promise.all(Array.from({ length: 50 }, () => apply(tenant, event)))

    assert.equal(applied.filter((one) => one.created).length, 1)
    assert.equal(new Set(applied.map(({ meetingId }) => meetingId)).size, 1)
    assert.deepEqual(await emitted(tenant), ['prospect:created', 'meeting:created'])
  })

  it('ends canceled when the cancel comes before its create', async () => {
    const tenant = await aTenant(world)

    await applyAll(tenant, [canceled('i1', 's1'), created('i1', 's1')])

    const { meetings } = await shown(tenant)
    assert.deepEqual([meetings.length, meetings[0].status], [1, 'canceled'])
  })

  it('tells a cancellation as meeting:canceled', async () => {
    const tenant = await aTenant(world)

    await applyAll(tenant, [created('i1', 's1'), canceled('i1', 's1')])

    assert.equal((await emitted(tenant)).at(-1), 'meeting:canceled')
  })

  it('moves one meeting in whichever order the two deliveries of a reschedule come', async () => {
    const moved = canceled('i1', 's1', { rescheduled: true, newInviteeUri: 'i2' })
    const next = created('i2', 's2', { oldInviteeUri: 'i1' })

    for (const order of [
      [moved, next],
      [next, moved],
    ]) {
      const tenant = await aTenant(world)
      const first = await apply(tenant, created('i1', 's1'))
      await applyAll(tenant, order)
      const { meetings } = await shown(tenant)
      const { meetingId } = await apply(tenant, next)

      assert.deepEqual([meetings.length, meetings[0].slot_uri], [1, 's2'])
      assert.deepEqual([meetings[0].status, meetings[0].moved_count], ['active', 1])
      assert.equal(meetingId, first.meetingId)
    }
  })

  it('merges two meetings into the older one when a late link shows they are one', async () => {
    const tenant = await aTenant(world)
    const first = await apply(tenant, created('i1', 's1'))
    const third = await apply(tenant, created('i3', 's3', { oldInviteeUri: 'i2' }))
    const between = canceled('i2', 's2', {
      rescheduled: true,
      oldInviteeUri: 'i1',
      newInviteeUri: 'i3',
    })

    const linked = await apply(tenant, between)

    const { rows } = await world.owner.query('select merged_into from meeting where id = $1', [
      third.meetingId,
    ])
    const { meetings } = await shown(tenant)
    assert.notEqual(first.meetingId, third.meetingId)
    assert.deepEqual([linked.meetingId, rows[0].merged_into], [first.meetingId, first.meetingId])
    assert.deepEqual([meetings.length, meetings[0].slots], [1, ['s1', 's2', 's3']])
  })

  it('tells which host of a collective event is a person of ours', async () => {
    const tenant = await aTenant(world)
    const { rows } = await world.owner.query('select external_id from organization where id = $1', [
      tenant.organizationId,
    ])
    const mine = `user:${rows[0].external_id}`
    const event = created('i1', 's1')
    const hosts = [
      { userUri: 'user:stranger', email: null, name: null },
      { userUri: mine, email: null, name: null },
    ]

    await apply(tenant, { ...event, slot: { ...event.slot, hosts } })

    const found = await world.owner.query(
      'select host_uri, user_id from meeting_host where organization_id = $1 order by host_uri desc',
      [tenant.organizationId],
    )
    assert.deepEqual(
      found.rows.map(({ host_uri, user_id }) => [host_uri, user_id]),
      [
        [mine, tenant.userId],
        ['user:stranger', null],
      ].toSorted(([a], [b]) => (String(a) < String(b) ? 1 : -1)),
    )
  })

  it('keeps the owner that was set by hand', async () => {
    const tenant = await aTenant(world)
    const { prospectId } = await apply(tenant, created('i2', 's2', { createdAt: LATE }))
    await world.owner.query(
      'update prospect set owner_fixed = true, owner_user_id = null where id = $1',
      [prospectId],
    )

    await apply(tenant, created('i1', 's1'))

    const { prospects } = await shown(tenant)
    assert.equal(prospects[0].owned, false)
  })

  it('holds the same rows whatever the order and number of deliveries', async () => {
    const disorder = bookingStory.chain((events) =>
      fc
        .shuffledSubarray([...events, ...events], { minLength: events.length })
        .map((extra) => ({ events, shuffled: [...extra, ...events].toReversed() })),
    )

    await fc.assert(
      fc.asyncProperty(disorder, async ({ events, shuffled }) => {
        const [inOrder, mixed] = [await aTenant(world), await aTenant(world)]
        await applyAll(inOrder, events)
        await applyAll(mixed, shuffled)

        const expected = foldMeetings(
          events.reduce<BookingFacts>(absorb, { slots: [], invitees: [] }),
        )
        const is = await shown(mixed)
        assert.equal(canonicalText(is), canonicalText(await shown(inOrder)))
        assert.deepEqual(
          is.meetings.map(({ slot_uri, status, moved_count }) => [slot_uri, status, moved_count]),
          expected.map(({ slotUri, status, movedCount }) => [slotUri, status, movedCount]),
        )
      }),
      { numRuns: 40 },
    )
  })

  it('holds the same rows when the deliveries of a story race each other', async () => {
    await fc.assert(
      fc.asyncProperty(bookingStory, async (events) => {
        const [inOrder, racing] = [await aTenant(world), await aTenant(world)]
        await applyAll(inOrder, events)
        await Promise.all(events.map((event) => apply(racing, event)))

        assert.equal(canonicalText(await shown(racing)), canonicalText(await shown(inOrder)))
      }),
      { numRuns: 30 },
    )
  })
})
