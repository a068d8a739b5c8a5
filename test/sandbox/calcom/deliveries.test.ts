import assert from 'node:assert/strict'
import type { Receiver } from '../receiver.ts'
import { startReceiver } from '../receiver.ts'
import type { Guest } from './guest.ts'
import { visitCalcom } from './guest.ts'

describe('calcom sandbox: how it delivers', () => {
  let guest: Guest
  let receiver: Receiver

  beforeEach(async () => {
    guest = await visitCalcom()
    receiver = await startReceiver()
    await guest.hook(receiver.url)
  })

  afterEach(async () => {
    await guest.sandbox.close()
    await receiver.close()
  })

  const tries = async () => (await guest.ledger()).deliveries
  const outcomes = async () =>
    (await tries()).map(({ attempt, status, outcome }) => [attempt, status, outcome])
  const unreachable = async () => (await tries()).filter(({ url }) => url.includes(':1/'))
  const triesOf = async (uid: string) =>
    (await tries()).filter(({ booking }) => booking === uid).length
  const triesAre = (count: number) => guest.eventually(tries, ({ length }) => length === count)

  /** Waits for a try, then lets the time of the next one come. */
  async function triedAgain(times: number) {
    for (let count = 1; count <= times; count += 1) {
      await triesAre(count)
      await guest.advance(600)
    }
  }

  it('posts up to four times on 503, always the same bytes, then drops the event', async () => {
    receiver.answer(503)
    await guest.reserve()
    await triedAgain(4)

    assert.deepEqual(await outcomes(), [
      [1, 503, 'retrying'],
      [2, 503, 'retrying'],
      [3, 503, 'retrying'],
      [4, 503, 'gaveUp'],
    ])
    assert.equal(new Set(receiver.received.map(({ body }) => body)).size, 1)
  })

  for (const status of [408, 429, 500, 502, 504]) {
    it(`asks again after ${status}`, async () => {
      receiver.answer(status)
      await guest.reserve()
      await triesAre(1)

      assert.deepEqual(await outcomes(), [[1, status, 'retrying']])
    })
  }

  for (const status of [301, 400, 404, 409, 501]) {
    it(`does not ask again after ${status}, nor follow it anywhere`, async () => {
      receiver.answer(status, { location: '/elsewhere' })
      await guest.reserve()
      await triesAre(1)

      assert.deepEqual(await outcomes(), [[1, status, 'gaveUp']])
    })
  }

  it('waits ten seconds at least, then half as long again', async () => {
    const afterAnother = async (uid: string) => {
      const later = await guest.reserve()
      await guest.eventually(
        () => triesOf(later.uid),
        (count) => count > 0,
      )
      return triesOf(uid)
    }
    receiver.answer(500)
    const { uid } = await guest.reserve()
    await triesAre(1)
    await guest.advance(5)
    const early = await afterAnother(uid)
    await guest.advance(10)
    await guest.eventually(
      () => triesOf(uid),
      (count) => count === 2,
    )
    await guest.advance(5)

    assert.deepEqual([early, await afterAnother(uid)], [1, 2])
  })

  it('asks again when nobody answers the call', async () => {
    await guest.hook('http://127.0.0.1:1/hook', { triggers: ['BOOKING_REQUESTED'] })
    await guest.reserve({ requires_confirmation: true })
    const seen = await guest.eventually(tries, (list) => list.some(({ error }) => error !== null))

    const failed = seen.find(({ error }) => error !== null)
    assert.deepEqual([failed.status, failed.outcome], [null, 'retrying'])
  })

  it('gives up waiting for an answer and asks again', async () => {
    await guest.fault({ kind: 'delivery-timeout-seconds', value: 0.05 })
    receiver.answer(200, {}, { isSilent: true })
    await guest.reserve()
    await triesAre(1)

    const [first] = await tries()
    assert.deepEqual([first.status, first.outcome], [null, 'retrying'])
  })

  it('posts once and never again in the older profile', async () => {
    await guest.fault({ kind: 'sender-profile', value: 'up' })
    receiver.answer(503)
    await guest.reserve()
    await triesAre(1)

    assert.deepEqual(await outcomes(), [[1, 503, 'gaveUp']])
  })

  it('asks three times on network errors only in the task-queue profile', async () => {
    await guest.fault({ kind: 'sender-profile', value: 'task-queue' })
    await guest.hook('http://127.0.0.1:1/hook', { triggers: ['BOOKING_REQUESTED'] })
    receiver.answer(503)
    await guest.reserve()
    await triesAre(1)
    assert.deepEqual(await outcomes(), [[1, 503, 'gaveUp']])
    await guest.reserve({ requires_confirmation: true })
    for (const count of [1, 2, 3]) {
      await guest.eventually(unreachable, ({ length }) => length === count)
      await guest.advance(60)
    }

    assert.deepEqual(
      (await unreachable()).map(({ outcome }) => outcome),
      ['retrying', 'retrying', 'gaveUp'],
    )
  })

  it('deactivates a hook that says 410', async () => {
    receiver.answer(410)
    await guest.reserve()
    await triesAre(1)

    assert.equal((await guest.held())[0].active, false)
    await guest.reserve()
    assert.equal((await tries()).length, 1)
  })

  for (const fault of [
    { kind: 'gone-deactivates', value: false },
    { kind: 'sender-profile', value: 'up' },
  ]) {
    it(`takes 410 like any other answer when ${fault.kind} is ${fault.value}`, async () => {
      await guest.fault(fault)
      receiver.answer(410)
      await guest.reserve()
      await triesAre(1)

      assert.equal((await guest.held())[0].active, true)
    })
  }

  it('builds a payload when it delivers: late, of later data, with the status of its trigger', async () => {
    await guest.fault({ kind: 'delay', event: 'BOOKING_CREATED', seconds: 60 })
    const booking = await guest.reserve()
    await guest.act(booking.uid, 'location', { location: 'https://later.example.test/' })
    await guest.act(booking.uid, 'cancel')
    await guest.advance(61)
    const [, late] = await receiver.until(2)

    assert.equal(late?.envelope.triggerEvent, 'BOOKING_CREATED')
    assert.equal(late?.envelope.payload.location, 'https://later.example.test/')
    assert.equal(late?.envelope.payload.status, 'ACCEPTED')
  })

  it('builds a payload at the time of the event when switched', async () => {
    await guest.fault({ kind: 'payload-built-at', value: 'event' })
    await guest.fault({ kind: 'delay', event: 'BOOKING_CREATED', seconds: 60 })
    const booking = await guest.reserve()
    await guest.act(booking.uid, 'location', { location: 'https://later.example.test/' })
    await guest.advance(61)
    const [delivery] = await receiver.until(1)

    assert.equal(delivery?.envelope.payload.location, 'integrations:google:meet')
  })

  it('loses, doubles and shuffles deliveries as told', async () => {
    await guest.fault({ kind: 'lose', times: 1 })
    await guest.reserve()
    await guest.fault({ kind: 'duplicate', times: 1 })
    await guest.reserve()
    await receiver.until(2)
    await guest.send('DELETE', '/control/faults')
    await guest.fault({ kind: 'shuffle', seconds: 0.05 })
    const uids = []
    for (const _ of [1, 2, 3]) uids.push((await guest.reserve()).uid)
    const deliveries = await receiver.until(5)

    assert.equal(deliveries[0]?.body, deliveries[1]?.body)
    const mixed = deliveries.slice(2).map(({ envelope }) => envelope.payload.uid)
    assert.notDeepEqual(mixed, uids)
    assert.deepEqual(new Set(mixed), new Set(uids))
    assert.equal((await tries())[0].outcome, 'lost')
  })

  it('serves everybody again when the whole task runs again', async () => {
    const other = await startReceiver()
    await guest.hook(other.url)
    const order = { seats: 2, start_time: '2030-01-07T10:00:00Z' }
    await guest.reserve(order)
    const { uid, attendees } = await guest.reserve(order)
    await receiver.until(2)
    await guest.fault({ kind: 'rerun', times: 1 })
    await guest.act(uid, 'cancel', { seat: attendees[0].seatUid })
    const [, , first, again] = await receiver.until(4)
    await other.until(4)

    assert.equal(first?.envelope.payload.attendees.length, 1)
    assert.equal(first?.body, again?.body)
    await other.close()
  })

  it('is out for hours: the API fails, deliveries are lost, and then all is well', async () => {
    await guest.fault({ kind: '500', seconds: 7200 })
    await guest.fault({ kind: 'lose', seconds: 7200 })
    await guest.reserve()
    const during = await guest.call('GET', '/me')
    await guest.advance(7201)
    await guest.reserve()
    await receiver.until(1)

    assert.equal(during.status, 500)
    assert.equal((await guest.call('GET', '/me')).status, 200)
    assert.equal((await guest.ledger()).bookings.length, 2)
  })

  it('tells of a cancellation before the row knows of it', async () => {
    const booking = await guest.reserve()
    await receiver.until(1)
    receiver.answer(200, {}, { isSilent: true })
    const cancelling = guest.act(booking.uid, 'cancel')
    await receiver.until(2)
    const meanwhile = await guest.call('GET', `/bookings/${booking.uid}`)
    receiver.speak()
    await cancelling

    assert.equal(receiver.received[1]?.envelope.payload.status, 'CANCELLED')
    assert.equal(meanwhile.body.data.status, 'accepted')
    const after = await guest.call('GET', `/bookings/${booking.uid}`)
    assert.equal(after.body.data.status, 'cancelled')
  })

  it('leaves a false cancellation behind when it fails after telling', async () => {
    const booking = await guest.reserve()
    await guest.fault({ kind: 'cancel-fails', times: 1 })
    const failed = await guest.call('POST', `/bookings/${booking.uid}/cancel`, { json: {} })
    const deliveries = await receiver.until(2)

    assert.equal(failed.status, 500)
    assert.equal(deliveries[1]?.envelope.triggerEvent, 'BOOKING_CANCELLED')
    assert.equal((await guest.ledger()).bookings[0].status, 'accepted')
  })
})
