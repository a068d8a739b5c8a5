import assert from 'node:assert/strict'
import type { Listener } from './listener.ts'
import { listen } from './listener.ts'

describe('calcom sandbox: a series', () => {
  let guest: Listener['guest']
  let told: Listener['told']
  let events: Listener['events']
  let truth: Listener['truth']
  let close: Listener['close']

  beforeEach(async () => {
    ;({ guest, told, events, truth, close } = await listen())
  })

  afterEach(() => close())

  const series = async (more: Record<string, unknown> = {}): Promise<any[]> => {
    const invitee = { email: 'pat@prospect.test', name: 'Pat Prospect', ...(more as any).invitee }
    const order = { user: 'rita@acme.test', start_time: '2030-01-07T10:00:00Z', ...more, invitee }
    return (await guest.control('/calcom/bookings/series', order)).body.bookings
  }

  it('tells every occurrence on its own, without the id of the series', async () => {
    const bookings = await series({ count: 3 })
    const payloads = await told(3)

    assert.deepEqual(
      await events(3),
      Array.from({ length: 3 }, () => 'BOOKING_CREATED'),
    )
    assert.equal(new Set(payloads.map(({ uid }) => uid)).size, 3)
    for (const payload of payloads) {
      assert.deepEqual(payload.recurringEvent, { freq: 2, interval: 1, count: 3 })
      assert.ok(!JSON.stringify(payload).includes(bookings[0].recurringBookingUid))
    }
    const path = `/bookings/${bookings[0].recurringBookingUid}`
    assert.equal((await guest.call('GET', path)).body.data.length, 3)
  })

  it('stops half way when told to', async () => {
    await series({ count: 4, stop_after: 2 })
    const payloads = await told(2)

    assert.equal((await guest.ledger()).bookings.length, 2)
    assert.equal(payloads[0].recurringEvent.count, 4)
  })

  it('is confirmed as a whole with one creation only', async () => {
    const bookings = await series({ count: 3, requires_confirmation: true })
    await told(3)
    await guest.act(bookings[1].uid, 'confirm')
    const payloads = await told(4)

    assert.deepEqual([payloads[3].event, payloads[3].uid], ['BOOKING_CREATED', bookings[1].uid])
    const { bookings: now } = await guest.ledger()
    assert.deepEqual(
      now.map(({ status }) => status),
      ['accepted', 'accepted', 'accepted'],
    )
    assert.equal(await guest.tries(4), 4)
  })

  it('is cancelled as a whole with one cancellation, and only a hint in it', async () => {
    const bookings = await series({ count: 3 })
    await told(3)
    await guest.act(bookings[1].uid, 'cancel-all')
    const payload = (await told(4))[3]

    assert.deepEqual([payload.event, payload.uid], ['BOOKING_CANCELLED', bookings[1].uid])
    assert.equal(payload.recurringEvent.count, 3)
    const { bookings: now } = await guest.ledger()
    assert.deepEqual(
      now.map(({ status }) => status),
      ['cancelled', 'cancelled', 'cancelled'],
    )
    assert.equal(await guest.tries(4), 4)
  })

  it('is cancelled from one occurrence on with one cancellation, and no hint at all', async () => {
    const bookings = await series({ count: 3 })
    await told(3)
    const json = { cancelSubsequentBookings: true }
    await guest.call('POST', `/bookings/${bookings[1].uid}/cancel`, { json })
    const payload = (await told(4))[3]

    assert.equal('recurringEvent' in payload, false)
    const { bookings: now } = await guest.ledger()
    assert.deepEqual(
      now.map(({ status }) => status),
      ['accepted', 'cancelled', 'cancelled'],
    )
  })

  it('leaves updatedAt of the silently cancelled alone when switched', async () => {
    const bookings = await series({ count: 2 })
    await guest.fault({ kind: 'bulk-cancel-touches', value: false })
    await guest.act(bookings[0].uid, 'cancel-all')

    const silent = await truth(bookings[1].uid)
    assert.deepEqual([silent.status, silent.updatedAt], ['cancelled', bookings[1].updatedAt])
  })

  it('drifts from the 31st to the 28th when the API builds it', async () => {
    const order = { freq: 1, count: 4, start_time: '2030-01-31T10:00:00Z' }
    const bookings = await series(order)

    assert.deepEqual(
      bookings.map(({ start }) => start.slice(5, 10)),
      ['01-31', '02-28', '03-28', '04-28'],
    )
  })

  it('skips short months when the web builds it', async () => {
    await guest.fault({ kind: 'series-builder', value: 'web' })
    const bookings = await series({ freq: 1, count: 3, start_time: '2030-01-31T10:00:00Z' })

    assert.deepEqual(
      bookings.map(({ start }) => start.slice(5, 10)),
      ['01-31', '03-31', '05-31'],
    )
  })

  it('keeps the hour over a DST change when the API builds it', async () => {
    const bookings = await series({ start_time: '2030-03-25T09:00:00Z', count: 2 })

    assert.deepEqual(
      bookings.map(({ start }) => start),
      ['2030-03-25T09:00:00.000Z', '2030-04-01T08:00:00.000Z'],
    )
  })

  it("is an hour off after a DST change when the web builds it in another browser's zone", async () => {
    await guest.fault({ kind: 'series-builder', value: 'web' })
    const bookings = await series({ start_time: '2030-03-25T09:00:00Z', count: 2 })
    await guest.fault({ kind: 'browser-time-zone', value: 'Europe/Paris' })
    const right = await series({ start_time: '2030-03-25T09:00:00Z', count: 2 })

    assert.equal(bookings[1].start, '2030-04-01T09:00:00.000Z')
    assert.equal(right[1].start, '2030-04-01T08:00:00.000Z')
  })
})
