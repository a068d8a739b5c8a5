import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { Received, Receiver } from '../receiver.ts'
import { startReceiver } from '../receiver.ts'
import type { Guest } from './guest.ts'
import { SECRET, visitCalcom } from './guest.ts'

describe('calcom sandbox: what a delivery looks like', () => {
  let guest: Guest
  let receiver: Receiver

  beforeEach(async () => {
    guest = await visitCalcom()
    receiver = await startReceiver()
  })

  afterEach(async () => {
    await guest.sandbox.close()
    await receiver.close()
  })

  it('wraps a payload in triggerEvent and createdAt, without any delivery id', async () => {
    await guest.hook(receiver.url)
    const booking = await guest.reserve()
    const [delivery] = await receiver.until(1)

    assert.deepEqual(Object.keys(delivery?.envelope), ['triggerEvent', 'createdAt', 'payload'])
    assert.match(delivery?.envelope.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.equal(delivery?.envelope.payload.uid, booking.uid)
    assert.deepEqual(Object.keys(delivery?.headers ?? {}).sort(), [
      'connection',
      'content-length',
      'content-type',
      'host',
      'x-cal-signature-256',
      'x-cal-webhook-version',
    ])
  })

  it('sends MEETING_STARTED and MEETING_ENDED flat, with the columns of the booking', async () => {
    await guest.hook(receiver.url, { triggers: ['MEETING_STARTED', 'MEETING_ENDED'] })
    const booking = await guest.reserve()
    await guest.advance((Date.parse(booking.end) - Date.now()) / 1000 + 1)
    const deliveries = await receiver.until(2)

    const flat = deliveries.find(({ envelope }) => envelope.triggerEvent === 'MEETING_STARTED')
    assert.deepEqual([flat?.envelope.id, flat?.envelope.uid], [booking.id, booking.uid])
    assert.equal(flat?.envelope.createdAt, booking.createdAt)
    assert.equal(flat?.envelope.payload, undefined)
    const columns = Object.keys(flat?.envelope)
    assert.ok(columns.includes('recurringEventId') && columns.includes('fromReschedule'))
  })

  it('does not start a meeting that was cancelled', async () => {
    await guest.hook(receiver.url, { triggers: ['MEETING_STARTED', 'BOOKING_CANCELLED'] })
    const cancelled = await guest.reserve()
    const kept = await guest.reserve()
    await guest.act(cancelled.uid, 'cancel')
    await guest.advance((Date.parse(kept.end) - Date.now()) / 1000 + 1)
    const deliveries = await receiver.until(2)

    assert.equal(deliveries[1]?.envelope.uid, kept.uid)
  })

  it('signs the raw bytes in hex, without a prefix', async () => {
    await guest.hook(receiver.url)
    await guest.reserve({ invitee: { email: 'e@x.test', name: 'Éloïse 🎉 王' } })
    const [delivery] = await receiver.until(1)

    assert.equal(signatureOf(delivery), hmac(SECRET, delivery?.body))
    assert.match(signatureOf(delivery), /^[0-9a-f]{64}$/)
  })

  it('says no-secret-provided where a hook has no secret, or an empty one', async () => {
    await guest.hook(receiver.url, { secret: undefined })
    await guest.hook(`${receiver.url}/2`, { secret: '' })
    await guest.reserve()
    const deliveries = await receiver.until(2)

    assert.deepEqual(deliveries.map(signatureOf), ['no-secret-provided', 'no-secret-provided'])
  })

  it('signs with a wrong secret when asked to', async () => {
    await guest.hook(receiver.url)
    await guest.fault({ kind: 'wrong-key', times: 1 })
    await guest.reserve()
    const [delivery] = await receiver.until(1)

    assert.match(signatureOf(delivery), /^[0-9a-f]{64}$/)
    assert.notEqual(signatureOf(delivery), hmac(SECRET, delivery?.body))
  })

  it('leaves the signature off meetings when switched', async () => {
    await guest.hook(receiver.url, { triggers: ['MEETING_STARTED'] })
    await guest.fault({ kind: 'meeting-signature', value: false })
    const booking = await guest.reserve()
    await guest.act(booking.uid, 'started')
    const [delivery] = await receiver.until(1)

    assert.equal(delivery?.headers['x-cal-signature-256'], undefined)
  })

  it('names its webhook version, another one, or none', async () => {
    await guest.hook(receiver.url)
    await guest.reserve()
    await receiver.until(1)
    await guest.fault({ kind: 'version-header', value: '2031-01-01' })
    await guest.reserve()
    await receiver.until(2)
    await guest.send('DELETE', '/control/faults')
    await guest.fault({ kind: 'version-header', value: 'absent' })
    await guest.reserve()
    const deliveries = await receiver.until(3)

    assert.deepEqual(
      deliveries.map(({ headers }) => headers['x-cal-webhook-version']),
      ['2021-10-20', '2031-01-01', undefined],
    )
  })

  it('spells times in three ways: Z, +00:00 when cancelled, .000Z when rejected', async () => {
    await guest.hook(receiver.url)
    const kept = await guest.reserve()
    await receiver.until(1)
    await guest.act(kept.uid, 'cancel')
    const asked = await guest.reserve({ requires_confirmation: true })
    await receiver.until(3)
    await guest.act(asked.uid, 'reject', { reason: 'no time' })
    const deliveries = await receiver.until(4)

    const spelled = deliveries.map(({ envelope }) => [
      envelope.triggerEvent,
      envelope.payload.startTime.slice(19),
      envelope.payload.status,
    ])
    assert.deepEqual(spelled, [
      ['BOOKING_CREATED', 'Z', 'ACCEPTED'],
      ['BOOKING_CANCELLED', '+00:00', 'CANCELLED'],
      ['BOOKING_REQUESTED', 'Z', 'PENDING'],
      ['BOOKING_REJECTED', '.000Z', 'REJECTED'],
    ])
  })

  it('gives the usual length of the event type when cancelled', async () => {
    await guest.hook(receiver.url)
    const booking = await guest.reserve({ minutes: 25 })
    await receiver.until(1)
    await guest.act(booking.uid, 'cancel')
    const deliveries = await receiver.until(2)

    assert.deepEqual(
      deliveries.map(({ envelope }) => envelope.payload.length),
      [25, 60],
    )
  })

  it('tells the meeting link only where people may use it', async () => {
    await guest.hook(receiver.url)
    const booking = await guest.reserve({ requires_confirmation: true })
    await receiver.until(1)
    await guest.act(booking.uid, 'confirm')
    await receiver.until(2)
    await guest.act(booking.uid, 'cancel')
    const deliveries = await receiver.until(3)

    assert.deepEqual(
      deliveries.map(({ envelope }) => envelope.payload.metadata.videoCallUrl !== undefined),
      [false, true, false],
    )
  })

  it('tells the room of Cal Video with the secret that opens it, beside the link', async () => {
    await guest.hook(receiver.url)
    await guest.reserve({ location: 'integrations:daily' })
    const [delivery] = await receiver.until(1)

    const { videoCallData, metadata } = delivery?.envelope.payload ?? {}
    assert.equal(videoCallData.type, 'daily_video')
    assert.ok(videoCallData.password !== undefined)
    assert.notEqual(videoCallData.url, metadata.videoCallUrl)
  })

  it('marks a no-show with a small payload of its own', async () => {
    await guest.hook(receiver.url, { triggers: ['BOOKING_NO_SHOW_UPDATED'] })
    const booking = await guest.reserve()
    await guest.act(booking.uid, 'no-show')
    await guest.act(booking.uid, 'no-show', { set: false })
    const deliveries = await receiver.until(2)

    assert.deepEqual(
      new Set(deliveries.map(({ envelope }) => envelope.payload.attendees[0].noShow)),
      new Set([true, false]),
    )
    assert.deepEqual(Object.keys(deliveries[0]?.envelope.payload).sort(), [
      'attendees',
      'bookingId',
      'bookingUid',
      'message',
    ])
  })

  it('pings with a test event that has no uid, no booking and no status', async () => {
    const { body } = await guest.hook(receiver.url)
    await guest.control(`/calcom/hooks/${body.data.id}/ping`, {})
    const [delivery] = await receiver.until(1)

    const { triggerEvent, payload } = delivery?.envelope ?? {}
    assert.deepEqual([triggerEvent, payload.type], ['PING', 'Test'])
    for (const name of ['uid', 'bookingId', 'status']) assert.equal(payload[name], undefined)
    assert.equal(signatureOf(delivery), hmac(SECRET, delivery?.body))
  })

  it('fills a template from a flat root, and signs what it made of it', async () => {
    const payloadTemplate =
      '{"who":"{{attendees.0.name}}","what":"{{triggerEvent}}","id":"{{uid}}"}'
    await guest.hook(receiver.url, { payloadTemplate })
    const { uid } = await guest.reserve({ invitee: { email: 'o@x.test', name: "O'Neil & <Co>" } })
    const [delivery] = await receiver.until(1)

    const who = 'O&#x27;Neil &amp; &lt;Co&gt;'
    assert.deepEqual(delivery?.envelope, { who, what: 'BOOKING_CREATED', id: uid })
    assert.equal(signatureOf(delivery), hmac(SECRET, delivery?.body))
  })

  it('sends the five letters false when a name breaks the template', async () => {
    await guest.hook(receiver.url, { payloadTemplate: '{"who":"{{attendees.0.name}}"}' })
    await guest.reserve({ invitee: { email: 'q@x.test', name: 'Q "the" Quoted' } })
    const [delivery] = await receiver.until(1)

    assert.equal(delivery?.body, 'false')
    assert.equal(signatureOf(delivery), hmac(SECRET, 'false'))
  })

  it('sends a template that is no JSON before it is filled as a form', async () => {
    await guest.hook(receiver.url, { payloadTemplate: '{"minutes":{{length}}}' })
    await guest.reserve()
    const [delivery] = await receiver.until(1)

    assert.equal(delivery?.headers['content-type'], 'application/x-www-form-urlencoded')
    assert.equal(delivery?.body, '{"minutes":60}')
  })

  it('sends Zapier a flat body without the envelope', async () => {
    await guest.control('/calcom/hooks', {
      scope: 'user',
      owner: 'rita@acme.test',
      url: receiver.url,
      triggers: ['BOOKING_CREATED'],
      app: 'zapier',
    })
    await guest.reserve()
    const [delivery] = await receiver.until(1)

    assert.equal(delivery?.envelope.payload, undefined)
    assert.equal(delivery?.envelope.user.email, 'rita@acme.test')
  })
})

function signatureOf(delivery: Received | undefined): string {
  return String(delivery?.headers['x-cal-signature-256'])
}

function hmac(key: string, body = ''): string {
  return createHmac('sha256', key).update(body).digest('hex')
}
