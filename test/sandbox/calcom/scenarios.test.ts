import assert from 'node:assert/strict'
import type { Listener } from './listener.ts'
import { listen } from './listener.ts'

describe('calcom sandbox: what happens to bookings', () => {
  let guest: Listener['guest']
  let told: Listener['told']
  let events: Listener['events']
  let truth: Listener['truth']
  let close: Listener['close']

  beforeEach(async () => {
    ;({ guest, told, events, truth, close } = await listen())
  })

  afterEach(() => close())

  it('moves a booking to a new uid and id, names the old one, and cancels nothing aloud', async () => {
    const old = await guest.reserve()
    await told(1)
    const moved = (await guest.act(old.uid, 'reschedule')).body.booking
    const payload = (await told(2))[1]

    assert.equal(payload.event, 'BOOKING_RESCHEDULED')
    assert.deepEqual([payload.uid, payload.bookingId], [moved.uid, moved.id])
    assert.ok(moved.uid !== old.uid && moved.id !== old.id)
    assert.deepEqual([payload.rescheduleUid, payload.rescheduleId], [old.uid, old.id])
    assert.equal(payload.rescheduleStartTime, old.start.replace('.000Z', 'Z'))
    assert.equal(payload.rescheduledBy, 'pat@prospect.test')
    assert.deepEqual([payload.iCalUID, payload.iCalSequence], [old.icsUid, 1])
    assert.equal((await truth(old.uid)).status, 'cancelled')
    assert.equal((await truth(old.uid)).rescheduledToUid, moved.uid)
    assert.equal(moved.rescheduledFromUid, old.uid)
    assert.equal(await guest.tries(2), 2)
  })

  it('refuses to cancel the uid that was rescheduled away', async () => {
    const old = await guest.reserve()
    await guest.act(old.uid, 'reschedule')
    const refused = await guest.call('POST', `/bookings/${old.uid}/cancel`, { json: {} })

    assert.equal(refused.status, 400)
  })

  it('leaves iCalUID out of a reschedule when switched', async () => {
    await guest.fault({ kind: 'keep-ical-uid', value: false })
    const old = await guest.reserve()
    await told(1)
    await guest.act(old.uid, 'reschedule')

    assert.equal('iCalUID' in (await told(2))[1], false)
  })

  it('requests what needs confirmation, then creates it or rejects it', async () => {
    const yes = await guest.reserve({ requires_confirmation: true })
    await told(1)
    await guest.act(yes.uid, 'confirm')
    await told(2)
    const no = await guest.reserve({ requires_confirmation: true })
    await told(3)
    await guest.act(no.uid, 'reject', { reason: 'I am away' })
    const payloads = await told(4)

    assert.deepEqual(await events(4), [
      'BOOKING_REQUESTED',
      'BOOKING_CREATED',
      'BOOKING_REQUESTED',
      'BOOKING_REJECTED',
    ])
    assert.equal(payloads[0].uid, payloads[1].uid)
    assert.ok(payloads[0].oneTimePassword !== undefined)
    assert.equal(payloads[3].rejectionReason, 'I am away')
    assert.deepEqual(
      [(await truth(yes.uid)).status, (await truth(no.uid)).status],
      ['accepted', 'rejected'],
    )
  })

  it("requests an attendee's reschedule, then creates it without naming the old booking", async () => {
    const old = await guest.reserve({ requires_confirmation: true })
    await told(1)
    await guest.act(old.uid, 'confirm')
    await told(2)
    const moved = (await guest.act(old.uid, 'reschedule')).body.booking
    await told(3)
    await guest.act(moved.uid, 'confirm')
    const payloads = await told(4)

    assert.deepEqual((await events(4)).slice(2), ['BOOKING_REQUESTED', 'BOOKING_CREATED'])
    assert.equal(payloads[2].rescheduleUid, undefined)
    assert.equal(payloads[3].rescheduleUid, undefined)
    assert.equal(payloads[3].uid, moved.uid)
    const { body } = await guest.call('GET', `/bookings/${moved.uid}`)
    assert.equal(body.data.rescheduledFromUid, old.uid)
    assert.equal((await truth(old.uid)).status, 'cancelled')
  })

  it('names the old booking in the request of a reschedule when switched', async () => {
    await guest.fault({ kind: 'requested-names-old' })
    const old = await guest.reserve({ requires_confirmation: true })
    await told(1)
    await guest.act(old.uid, 'reschedule')

    assert.equal((await told(2))[1].rescheduleUid, old.uid)
  })

  it('confirms by itself when the host reschedules', async () => {
    const old = await guest.reserve({ requires_confirmation: true })
    await told(1)
    const moved = (await guest.act(old.uid, 'reschedule', { by: 'host' })).body.booking

    assert.equal((await events(2))[1], 'BOOKING_RESCHEDULED')
    assert.equal(moved.status, 'accepted')
  })

  it("tells a host's wish to reschedule as a cancellation, then a reschedule of the cancelled uid", async () => {
    const old = await guest.reserve()
    await told(1)
    await guest.act(old.uid, 'request-reschedule', { reason: 'Double booked' })
    await told(2)
    await guest.act(old.uid, 'reschedule')
    const payloads = await told(3)

    assert.deepEqual((await events(3)).slice(1), ['BOOKING_CANCELLED', 'BOOKING_RESCHEDULED'])
    assert.equal(payloads[1].requestReschedule, true)
    assert.equal(payloads[1].cancellationReason, 'Please reschedule. Double booked')
    assert.equal(payloads[2].rescheduleUid, old.uid)
  })

  it('hides the wish to reschedule in a plain cancellation when switched', async () => {
    await guest.fault({ kind: 'request-reschedule-flag', value: false })
    const old = await guest.reserve()
    await told(1)
    await guest.act(old.uid, 'request-reschedule')

    assert.equal('requestReschedule' in (await told(2))[1], false)
  })

  it('says who cancelled, and why', async () => {
    const booking = await guest.reserve()
    await told(1)
    await guest.act(booking.uid, 'cancel', { by: 'host', reason: 'Ill' })
    const payload = (await told(2))[1]

    assert.deepEqual([payload.cancelledBy, payload.cancellationReason], ['rita@acme.test', 'Ill'])
    assert.deepEqual([payload.requestReschedule, payload.iCalSequence], [false, 1])
  })

  it('is paid for: initiated, then created and paid, all with one uid', async () => {
    const booking = await guest.reserve({ price: 5000 })
    await told(1)
    await guest.act(booking.uid, 'paid')
    const payloads = await told(3)

    assert.equal(payloads[0].event, 'BOOKING_PAYMENT_INITIATED')
    assert.deepEqual(
      new Set(payloads.slice(1).map(({ event }) => event)),
      new Set(['BOOKING_CREATED', 'BOOKING_PAID']),
    )
    assert.equal(new Set(payloads.map(({ uid }) => uid)).size, 1)
    assert.equal(payloads[0].status, 'ACCEPTED')
    const paid = payloads.find(({ event }) => event === 'BOOKING_PAID')
    assert.equal(paid.metadata.videoCallUrl, undefined)
    assert.equal(typeof paid.paymentId, 'number')
  })

  it('changes host, place and guests without a word', async () => {
    const booking = await guest.reserve()
    await told(1)
    await guest.act(booking.uid, 'location', { location: 'https://elsewhere.example.test/' })
    await guest.act(booking.uid, 'guests', { guests: ['guest@x.test'] })
    await guest.act(booking.uid, 'reassign', { user: 'omar@acme.test' })
    const now = await truth(booking.uid)

    assert.equal(now.location, 'https://elsewhere.example.test/')
    assert.deepEqual(now.guests, ['guest@x.test'])
    assert.equal(now.hosts[0].email, 'omar@acme.test')
    assert.ok(now.updatedAt > booking.updatedAt)
    assert.equal(await guest.tries(1), 1)
  })

  it('carries e-mails as typed, guests behind the booker, and a link in the place alone', async () => {
    await guest.reserve({
      invitee: { email: 'Pat.Mixed@Prospect.TEST', name: 'Pat' },
      guests: ['guest@x.test'],
      location: 'https://whereby.example.test/room',
    })
    const [payload] = await told(1)

    assert.deepEqual(
      payload.attendees.map(({ email }: any) => email),
      ['Pat.Mixed@Prospect.TEST', 'guest@x.test'],
    )
    assert.equal(payload.responses.email.value, 'Pat.Mixed@Prospect.TEST')
    assert.equal(payload.location, 'https://whereby.example.test/room')
    assert.equal(payload.metadata.videoCallUrl, undefined)
  })
})
