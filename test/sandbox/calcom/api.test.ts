import assert from 'node:assert/strict'
import type { Guest } from './guest.ts'
import { visitCalcom } from './guest.ts'

describe('calcom sandbox: bookings over the API', () => {
  let guest: Guest

  beforeEach(async () => {
    guest = await visitCalcom()
  })

  afterEach(() => guest.sandbox.close())

  const list = (query: Record<string, string> = {}) =>
    guest.call('GET', `/bookings?${new URLSearchParams(query).toString()}`)
  const uidsOf = async (query: Record<string, string>): Promise<string[]> =>
    (await list(query)).body.data.map(({ uid }: any) => uid)

  it('pages with take and skip, and says where the page stands', async () => {
    for (const _ of [1, 2, 3, 4, 5]) await guest.reserve()
    const { body } = await list({ take: '2', skip: '2' })

    assert.equal(body.data.length, 2)
    assert.deepEqual(body.pagination, {
      totalItems: 5,
      remainingItems: 1,
      returnedItems: 2,
      itemsPerPage: 2,
      currentPage: 2,
      totalPages: 3,
      hasNextPage: true,
      hasPreviousPage: true,
    })
  })

  it('takes 100 unless told otherwise, and 250 at most', async () => {
    const usual = await list()
    const most = await list({ take: '250' })
    const tooMany = await list({ take: '251' })

    assert.equal(usual.body.pagination.itemsPerPage, 100)
    assert.deepEqual([most.status, tooMany.status], [200, 400])
  })

  it('filters by what changed since, oldest change first', async () => {
    const first = await guest.reserve()
    const second = await guest.reserve()
    const since = new Date(Date.parse(second.updatedAt) + 1).toISOString()
    // What changes in one millisecond has no order.
    const later = (than: number): Promise<number> =>
      guest.eventually(
        async () => Date.now(),
        (now) => now > than,
      )
    await later(Date.parse(since))
    await guest.act(second.uid, 'cancel')
    await later(Date.now())
    await guest.act(first.uid, 'location', { location: 'https://elsewhere.example.test/' })

    const changed = await uidsOf({ afterUpdatedAt: since, sortUpdatedAt: 'asc' })
    assert.deepEqual(changed, [second.uid, first.uid])
    assert.deepEqual(await uidsOf({ beforeUpdatedAt: '2020-01-01T00:00:00Z' }), [])
  })

  it('filters by status, person, event type and uid', async () => {
    const coming = await guest.reserve()
    const gone = await guest.reserve({ start_time: '2020-01-06T10:00:00Z' })
    const waiting = await guest.reserve({ requires_confirmation: true })
    const cancelled = await guest.reserve({ invitee: { email: 'c@x.test', name: 'Cancelled' } })
    await guest.act(cancelled.uid, 'cancel')

    assert.deepEqual(await uidsOf({ status: 'past' }), [gone.uid])
    assert.deepEqual(await uidsOf({ status: 'unconfirmed' }), [waiting.uid])
    assert.deepEqual(await uidsOf({ status: 'cancelled,past' }), [gone.uid, cancelled.uid])
    assert.deepEqual(await uidsOf({ status: 'upcoming' }), [coming.uid, waiting.uid])
    assert.deepEqual(await uidsOf({ attendeeEmail: 'c@x.test' }), [cancelled.uid])
    assert.deepEqual(await uidsOf({ eventTypeId: String(waiting.eventTypeId) }), [waiting.uid])
    assert.deepEqual(await uidsOf({ bookingUid: gone.uid }), [gone.uid])
  })

  it('filters by start and end, or ignores both when switched', async () => {
    const early = await guest.reserve({ start_time: '2030-01-07T10:00:00Z' })
    const late = await guest.reserve({ start_time: '2030-02-07T10:00:00Z' })
    const query = { afterStart: '2030-02-01T00:00:00Z', beforeEnd: '2030-03-01T00:00:00Z' }
    const filtered = await uidsOf(query)
    await guest.fault({ kind: 'ignore-date-filters' })

    assert.deepEqual(filtered, [late.uid])
    assert.deepEqual(await uidsOf(query), [early.uid, late.uid])
  })

  it('sorts by start, end, creation and change, both ways', async () => {
    const late = await guest.reserve({ start_time: '2030-02-07T10:00:00Z' })
    const early = await guest.reserve({ start_time: '2030-01-07T10:00:00Z' })

    assert.deepEqual(await uidsOf({ sortStart: 'asc' }), [early.uid, late.uid])
    assert.deepEqual(await uidsOf({ sortEnd: 'desc' }), [late.uid, early.uid])
    assert.deepEqual(await uidsOf({ sortCreated: 'asc' }), [late.uid, early.uid])
  })

  it('refuses a status, a date and a sorting it does not know', async () => {
    const answers = await Promise.all([
      list({ status: 'active' }),
      list({ afterUpdatedAt: 'yesterday' }),
      list({ sortUpdatedAt: 'up' }),
    ])

    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 400, 400],
    )
  })

  it('shows only the bookings of the caller', async () => {
    const { uid } = await guest.reserve()
    const key = await guest.keyOf('omar@acme.test')

    assert.deepEqual((await guest.call('GET', '/bookings', { key })).body.data, [])
    assert.deepEqual(await uidsOf({}), [uid])
  })

  it('answers in an older shape when the version header is missing or another', async () => {
    const { uid } = await guest.reserve()
    const without = await guest.call('GET', `/bookings/${uid}`, { headers: {} })
    const headers = { 'cal-api-version': '2024-06-11' }
    const listed = await guest.call('GET', '/bookings', { headers })

    assert.equal(without.body.data.status, 'ACCEPTED')
    assert.equal(without.body.data.start, undefined)
    assert.equal(listed.body.data.bookings[0].uid, uid)
  })

  it('books, moves and cancels over the API, and refuses a taken hour', async () => {
    const attendee = { name: 'Pat Prospect', email: 'pat@prospect.test', timeZone: 'Europe/Paris' }
    const json = { start: '2030-01-07T10:00:00Z', eventTypeId: 1, attendee }
    const booked = await guest.call('POST', '/bookings', { json })
    const taken = await guest.call('POST', '/bookings', { json })
    const past = await guest.call('POST', '/bookings', { json: { ...json, start: '2020-01-01' } })
    const path = `/bookings/${booked.body.data.uid}`
    const start = '2030-01-08T10:00:00Z'
    const moved = await guest.call('POST', `${path}/reschedule`, { json: { start } })
    const cancelled = await guest.call('POST', `/bookings/${moved.body.data.uid}/cancel`, {
      json: { cancellationReason: 'Ill' },
    })
    const missing = await guest.call('GET', '/bookings/unknown')

    assert.deepEqual([booked.status, taken.status, past.status], [201, 400, 400])
    assert.equal(moved.body.data.rescheduledFromUid, booked.body.data.uid)
    assert.deepEqual(
      [cancelled.status, cancelled.body.data.status, cancelled.body.data.cancellationReason],
      [200, 'cancelled', 'Ill'],
    )
    assert.equal(missing.status, 404)
  })

  it('books a series where the event type makes one, no longer than it allows', async () => {
    const recurrence = { freq: 2, count: 3 }
    const order = { user: 'rita@acme.test', slug: 'weekly', recurrence }
    const type = (await guest.control('/calcom/event-types', order)).body
    const attendee = { name: 'Pat Prospect', email: 'pat@prospect.test', timeZone: 'Europe/Paris' }
    const json = { start: '2030-01-07T10:00:00Z', eventTypeId: type.id, attendee }
    const booked = await guest.call('POST', '/bookings', { json: { ...json, recurrenceCount: 2 } })
    const tooMany = await guest.call('POST', '/bookings', {
      json: { ...json, recurrenceCount: 4 },
    })

    assert.equal(booked.body.data.length, 2)
    assert.equal(tooMany.status, 400)
  })

  it('confirms, declines and marks absent for the host alone', async () => {
    const one = await guest.reserve({ requires_confirmation: true })
    const other = await guest.reserve({ requires_confirmation: true })
    const key = await guest.keyOf('omar@acme.test')
    const foreign = await guest.call('POST', `/bookings/${one.uid}/confirm`, { key, json: {} })
    const yes = await guest.call('POST', `/bookings/${one.uid}/confirm`, { json: {} })
    const no = await guest.call('POST', `/bookings/${other.uid}/decline`, { json: { reason: '-' } })
    const absent = await guest.call('POST', `/bookings/${one.uid}/mark-absent`, {
      json: { attendees: [{ email: 'pat@prospect.test', absent: true }] },
    })

    assert.equal(foreign.status, 403)
    assert.deepEqual([yes.body.data.status, no.body.data.status], ['accepted', 'rejected'])
    assert.equal(absent.body.data.attendees[0].absent, true)
  })

  it('finds a booking by the uid of a seat', async () => {
    const { uid, attendees } = await guest.reserve({ seats: 2 })
    const found = await guest.call('GET', `/bookings/by-seat/${attendees[0].seatUid}`)

    assert.equal(found.body.data.uid, uid)
  })

  it('shows the clean address of a managed user beside the one with the client in it', async () => {
    const client = 'clx0123456789abcdef'
    const email = `pat+${client}@prospect.test`
    const { attendees } = await guest.reserve({ invitee: { email, name: 'Pat' } })

    assert.deepEqual([attendees[0].email, attendees[0].displayEmail], [email, 'pat@prospect.test'])
  })
})
