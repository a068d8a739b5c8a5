import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startReceiver } from '../receiver.ts'
import type { Guest } from './guest.ts'
import { SECRET, visitCalcom } from './guest.ts'

describe('calcom sandbox: pages and home', () => {
  let guest: Guest

  beforeEach(async () => {
    guest = await visitCalcom()
  })

  afterEach(() => guest.sandbox.close())

  const bookingOf = async () => (await guest.ledger()).bookings[0]

  it('lets a person book, move and cancel in a browser', async () => {
    const offers = await guest.send('GET', '/calcom/rita-host')
    const offer = /href="([^"]+)"/.exec(offers.body)?.[1] ?? ''
    const page = await guest.send('GET', offer)
    const fields = { name: 'Pat <b>', email: 'pat@prospect.test', start_time: '2030-01-07T10:00' }
    const booked = await guest.form(offer, fields)
    const { uid } = await bookingOf()
    const start_time = '2030-01-08T10:00'
    const moved = await guest.form(`/calcom/booking/${uid}/reschedule`, { start_time })
    const { rescheduledToUid } = await bookingOf()
    await guest.form(`/calcom/booking/${rescheduledToUid}/cancel`, { reason: 'Ill' })

    assert.deepEqual([page.status, booked.status, moved.status], [200, 200, 200])
    assert.equal(booked.body.includes('<b>'), false)
    const { bookings } = await guest.ledger()
    assert.equal(bookings[1].start_time, '2030-01-08T10:00:00.000Z')
    assert.deepEqual([bookings[1].status, bookings[1].cancellationReason], ['cancelled', 'Ill'])
  })

  it('lets a host confirm what waits', async () => {
    const { uid } = await guest.reserve({ requires_confirmation: true })
    const page = await guest.form(`/calcom/booking/${uid}/confirm`, {})

    assert.ok(page.body.includes('accepted'))
    assert.equal((await bookingOf()).status, 'accepted')
  })

  it('makes an API key for a person, shown once', async () => {
    const page = await guest.form('/calcom/settings/developer/api-keys', { user: 'lena@solo.test' })
    const key = /<code>(cal_\w+)<\/code>/.exec(page.body)?.[1] ?? ''

    assert.equal((await guest.call('GET', '/me', { key })).body.data.email, 'lena@solo.test')
  })

  it('lets a person make a webhook by hand, try it and take it away', async () => {
    const receiver = await startReceiver()
    const page = '/calcom/settings/developer/webhooks'
    const fields = { user: 'rita@acme.test', url: receiver.url, secret: SECRET }
    const made = await guest.form(page, { ...fields, BOOKING_CREATED: 'on' })
    const again = await guest.form(page, fields)
    const listed = await guest.send('GET', page)
    const [hook] = await guest.held()
    await guest.form(`${page}/${hook.id}/ping`, {})
    const [ping] = await receiver.until(1)
    await guest.form(`${page}/${hook.id}/delete`, {})

    assert.deepEqual([made.status, again.status], [303, 400])
    assert.ok(listed.body.includes(receiver.url) && !listed.body.includes(SECRET))
    assert.deepEqual(hook.triggers, ['BOOKING_CREATED'])
    assert.equal(ping?.envelope.triggerEvent, 'PING')
    assert.deepEqual(await guest.held(), [])
    await receiver.close()
  })

  it('says that there is nothing where nothing is', async () => {
    const answers = await Promise.all(
      ['/calcom/nobody', '/calcom/rita-host/nothing', '/calcom/booking/unknown'].map((path) =>
        guest.send('GET', path),
      ),
    )

    assert.deepEqual(
      answers.map(({ status }) => status),
      [404, 404, 404],
    )
  })

  it('goes on after a restart: keys, hooks, bookings, meetings and waiting retries', async () => {
    const home = await mkdtemp(join(tmpdir(), 'sandbox-'))
    const receiver = await startReceiver()
    receiver.answer(503)
    const before = await visitCalcom({ home })
    await before.hook(receiver.url, { triggers: ['BOOKING_CREATED', 'MEETING_STARTED'] })
    const booking = await before.reserve()
    await before.tries(1)
    await before.sandbox.close()

    receiver.answer(200)
    const after = await visitCalcom({ home, port: before.sandbox.port })
    await after.advance(60)
    const retried = await receiver.until(2)
    await after.advance((Date.parse(booking.start) - Date.now()) / 1000)
    const started = await receiver.until(3)

    assert.equal(retried[0]?.body, retried[1]?.body)
    assert.equal(started[2]?.envelope.triggerEvent, 'MEETING_STARTED')
    assert.equal((await after.call('GET', '/webhooks', { key: before.key })).body.data.length, 1)
    assert.equal((await after.call('GET', `/bookings/${booking.uid}`)).status, 200)
    await after.sandbox.close()
    await receiver.close()
    await rm(home, { recursive: true })
  })
})
