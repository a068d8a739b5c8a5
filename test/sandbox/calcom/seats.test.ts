import assert from 'node:assert/strict'
import type { Listener } from './listener.ts'
import { listen } from './listener.ts'

describe('calcom sandbox: seats', () => {
  let guest: Listener['guest']
  let told: Listener['told']
  let truth: Listener['truth']
  let close: Listener['close']

  beforeEach(async () => {
    ;({ guest, told, truth, close } = await listen())
  })

  afterEach(() => close())

  it('gives every seat the same uid and a seat id of its own', async () => {
    const start_time = '2030-01-07T10:00:00Z'
    const order = { seats: 2, start_time }
    const first = await guest.reserve(order)
    await told(1)
    const invitee = { email: 'sam@prospect.test', name: 'Sam Second' }
    await guest.reserve({ ...order, invitee })
    const full = await guest.control('/calcom/bookings', {
      ...order,
      user: 'rita@acme.test',
      invitee: { email: 'third@x.test', name: 'Third' },
    })
    const [one, two] = await told(2)

    assert.deepEqual([one.uid, two.uid], [first.uid, first.uid])
    assert.equal(one.bookingId, two.bookingId)
    assert.ok(one.attendeeSeatId !== two.attendeeSeatId && two.attendeeSeatId !== undefined)
    assert.deepEqual(
      two.attendees.map(({ email }: any) => email),
      ['sam@prospect.test'],
    )
    assert.equal(full.status, 409)
  })

  describe('with two seats taken', () => {
    let booking: any
    let seats: string[]

    beforeEach(async () => {
      const order = { seats: 3, start_time: '2030-01-07T10:00:00Z' }
      await guest.reserve(order)
      await told(1)
      booking = await guest.reserve({
        ...order,
        invitee: { email: 'sam@prospect.test', name: 'Sam Second' },
      })
      await told(2)
      seats = booking.attendees.map(({ seatUid }: any) => seatUid)
    })

    it('cancels one seat under the uid that lives on, without saying which seat', async () => {
      await guest.act(booking.uid, 'cancel', { seat: seats[0] })
      const payload = (await told(3))[2]

      assert.deepEqual([payload.event, payload.uid], ['BOOKING_CANCELLED', booking.uid])
      assert.equal(payload.status, 'CANCELLED')
      assert.equal('attendeeSeatId' in payload, false)
      assert.deepEqual(
        payload.attendees.map(({ email }: any) => email),
        ['pat@prospect.test'],
      )
      const now = await truth(booking.uid)
      assert.deepEqual([now.status, now.attendees.length], ['accepted', 1])
    })

    it('leaves the answers out of a cancelled seat when switched', async () => {
      await guest.fault({ kind: 'seat-responses', value: false })
      await guest.act(booking.uid, 'cancel', { seat: seats[0] })

      assert.equal('responses' in (await told(3))[2], false)
    })

    it('cancels the whole booking with its last seat', async () => {
      await guest.act(booking.uid, 'cancel', { seat: seats[0] })
      await told(3)
      await guest.act(booking.uid, 'cancel', { seat: seats[1] })
      await told(4)

      assert.equal((await truth(booking.uid)).status, 'cancelled')
    })

    it('moves one seat away from a booking that stays live for others', async () => {
      const start_time = '2030-01-08T10:00:00Z'
      const moved = await guest.act(booking.uid, 'reschedule', { seat: seats[0], start_time })
      const payload = (await told(3))[2]

      assert.deepEqual([payload.event, payload.rescheduleUid], ['BOOKING_RESCHEDULED', booking.uid])
      assert.equal(payload.uid, moved.body.booking.uid)
      assert.equal(payload.attendeeSeatId, seats[0])
      assert.equal('rescheduleId' in payload, false)
      assert.equal((await truth(booking.uid)).status, 'accepted')
    })

    it('shows everybody who sits when switched', async () => {
      await guest.fault({ kind: 'seat-attendees', value: 'all' })
      const invitee = { email: 'third@x.test', name: 'Third' }
      await guest.reserve({ seats: 3, start_time: '2030-01-07T10:00:00Z', invitee })

      assert.equal((await told(3))[2].attendees.length, 3)
    })
  })
})
