import assert from 'node:assert/strict'
import { read } from '../../../providers/calcom/payload.ts'
import type { Understood } from '../../../providers/provider.ts'
import { body, BOOKING, HOST_URI } from '../../support/calcom-payloads.ts'

const UID = BOOKING.uid

function understood(bytes: Buffer): Understood {
  const { content } = read(bytes)
  assert.ok(content.ok, JSON.stringify(content))
  return content
}

/** A seat of somebody, in a booking of four. */
const seat = (email: string, more: object) => ({
  seatsPerTimeSlot: 4,
  attendees: [{ name: email, email, timeZone: 'Europe/Paris' }],
  responses: { email: { label: 'email', value: email } },
  ...more,
})

describe('Cal.com payload', () => {
  it('reads a booking as a meeting and as a session', () => {
    const { event, session, rereads } = understood(body('BOOKING_CREATED'))

    assert.equal(event?.kind, 'created')
    assert.equal(event.slot.startTime, '2026-12-01T10:00:00.000000Z')
    assert.equal(event.slot.location?.joinUrl, 'https://meet.example.test/fake-link')
    assert.deepEqual(event.slot.hosts, [
      { userUri: HOST_URI, email: 'rita@acme.test', name: 'Rita Host' },
    ])
    assert.equal(event.invitee.email, 'pat@prospect.test')
    assert.deepEqual(event.invitee.answers, [
      { question: 'Your goal', answer: 'Éloïse 🎉 王', position: 0 },
    ])
    assert.equal(session?.kind, 'created')
    assert.equal(session.bookingUid, UID)
    assert.equal(session.meetingLink, 'https://meet.example.test/fake-link')
    assert.equal(rereads, null)
  })

  it('links a move to the booking it replaces', () => {
    const moved = body('BOOKING_RESCHEDULED', { uid: 'newUid', rescheduleUid: UID })

    const { event, session } = understood(moved)

    assert.equal(session?.kind, 'rescheduled')
    assert.equal(session.replacesUid, UID)
    const before = understood(body('BOOKING_CREATED')).event
    assert.equal(event?.invitee.oldInviteeUri, before?.invitee.uri)
  })

  it('reads the three spellings of a time as one instant', () => {
    const spellings = [
      '2026-12-01T10:00:00Z',
      '2026-12-01T10:00:00+00:00',
      '2026-12-01T10:00:00.000Z',
    ]

    const read_ = spellings.map((startTime) => understood(body('BOOKING_CREATED', { startTime })))

    assert.deepEqual(
      new Set(read_.map(({ session }) => session?.startAt)),
      new Set(['2026-12-01T10:00:00.000000Z']),
    )
  })

  it('takes a cancellation as the end of the meeting, and keeps the link that is known', () => {
    const cancelled = body('BOOKING_CANCELLED', {
      status: 'CANCELLED',
      metadata: {},
      cancelledBy: 'RITA@acme.test',
      cancellationReason: 'Cannot make it',
    })

    const { event, session } = understood(cancelled)

    assert.equal(event?.invitee.status, 'canceled')
    assert.equal(event.slot.location, null)
    assert.deepEqual(event.invitee.cancellation?.by, 'host')
    assert.equal(session?.reason, 'Cannot make it')
  })

  it('makes no meeting of what waits for a yes or a payment', () => {
    const asked = understood(body('BOOKING_REQUESTED', { status: 'PENDING' }))
    const unpaid = understood(body('BOOKING_PAYMENT_INITIATED', { paymentId: 5 }))

    assert.deepEqual([asked.event, asked.session?.kind], [null, 'requested'])
    assert.deepEqual([unpaid.event, unpaid.session?.kind], [null, 'requested'])
  })

  it('keeps the seats of one booking apart, and knows a removed one by its person', () => {
    const [pat, kim] = ['Pat@prospect.test', 'kim@prospect.test']

    const first = read(body('BOOKING_CREATED', seat(pat, { attendeeSeatId: 's1' })))
    const second = read(body('BOOKING_CREATED', seat(kim, { attendeeSeatId: 's2' })))
    const removed = read(body('BOOKING_CANCELLED', seat('pat@prospect.test', { responses: null })))

    assert.notEqual(first.dedupeKey, second.dedupeKey)
    const [left, gone] = [first.content, removed.content]
    assert.ok(left.ok && gone.ok)
    assert.equal(gone.event?.invitee.uri, left.event?.invitee.uri)
    assert.equal(gone.event?.slot.status, 'active')
    assert.equal(gone.session?.bookingUid, left.session?.bookingUid)
  })

  it('looks again where all seats of a booking are called off at once', () => {
    const [one, other] = ['pat@prospect.test', 'sam@prospect.test']
    const attendees = [one, other].map((email) => ({ name: email, email, timeZone: 'UTC' }))

    const all = understood(body('BOOKING_CANCELLED', seat(one, { attendees })))
    const alone = understood(body('BOOKING_CANCELLED', seat(one, {})))

    assert.deepEqual([all.rereads, alone.rereads], [UID, null])
  })

  it('charges who booked, never a guest', () => {
    const guests = [
      ...BOOKING.attendees,
      { email: 'guest@other.test', name: 'Guest', timeZone: 'UTC' },
    ]

    const { event, session } = understood(
      body('BOOKING_CREATED', { attendees: guests.toReversed() }),
    )

    assert.equal(session?.attendees[0]?.email, 'pat@prospect.test')
    assert.deepEqual(event?.slot.guests, [{ email: 'guest@other.test' }])
  })

  it('takes the mark of a platform out of an address, and nothing else', () => {
    const clientId = 'clfakeclient'
    const attendees = [{ email: `pat+x+${clientId}@prospect.test`, name: 'Pat', timeZone: 'UTC' }]

    const marked = understood(
      body('BOOKING_CREATED', { attendees, responses: null, platformClientId: clientId }),
    )

    assert.equal(marked.session?.attendees[0]?.email, 'pat+x@prospect.test')
  })

  const LINKS: readonly [what: string, payload: object, link: string | null][] = [
    [
      'a static address',
      { metadata: {}, location: 'https://whereby.test/room' },
      'https://whereby.test/room',
    ],
    [
      'another video app',
      { metadata: {}, videoCallData: { type: 'zoom_video', url: 'https://zoom.test/1' } },
      'https://zoom.test/1',
    ],
    [
      'no raw room of Cal Video',
      { metadata: {}, videoCallData: { type: 'daily_video', url: 'https://daily.test/1' } },
      null,
    ],
    ['no script for a link', { metadata: { videoCallUrl: 'javascript:alert(1)' } }, null],
  ]
  for (const [what, payload, link] of LINKS)
    it(`joins by ${what}`, () => {
      const { session } = understood(body('BOOKING_CREATED', payload))

      assert.equal(session?.meetingLink, link)
    })

  const DOUBTS: readonly [
    what: string,
    trigger: string,
    payload: object,
    rereads: string | null,
  ][] = [
    ['a yes that may hide a move', 'BOOKING_CREATED', { requiresConfirmation: true }, UID],
    ['a request that may hide a move', 'BOOKING_REQUESTED', { requiresConfirmation: true }, UID],
    [
      'nothing of a request that names what it replaces',
      'BOOKING_REQUESTED',
      { requiresConfirmation: true, rescheduleUid: 'old' },
      null,
    ],
    ['the end of a series', 'BOOKING_CANCELLED', { recurringEvent: { freq: 2, count: 3 } }, UID],
    [
      'nothing of one booking of a series',
      'BOOKING_CREATED',
      { recurringEvent: { freq: 2 } },
      null,
    ],
    ['a booking of nobody', 'BOOKING_CANCELLED', { attendees: [], responses: null }, UID],
    ['a mark', 'BOOKING_NO_SHOW_UPDATED', { bookingUid: 'marked' }, 'marked'],
  ]
  for (const [what, trigger, payload, rereads] of DOUBTS)
    it(`doubts ${what}`, () => {
      assert.equal(understood(body(trigger, payload)).rereads, rereads)
    })

  it('knows copies of one fact by booking and trigger, whenever they were sent', () => {
    const one = read(body('BOOKING_CREATED'))
    const other = read(body('BOOKING_CREATED', { metadata: {} }, '2026-11-21T09:05:00.000Z'))

    assert.equal(one.dedupeKey, other.dedupeKey)
    assert.equal(one.digest, other.digest)
  })

  it('tells another fact under the same name apart by its digest', () => {
    const one = read(body('BOOKING_CREATED'))
    const other = read(body('BOOKING_CREATED', { startTime: '2026-12-01T09:00:00Z' }))

    assert.equal(one.dedupeKey, other.dedupeKey)
    assert.notEqual(one.digest, other.digest)
  })

  it('asks for nothing when the test button is pressed or a meeting begins', () => {
    const ping = Buffer.from(JSON.stringify({ triggerEvent: 'PING', payload: { type: 'Test' } }))
    const begun = Buffer.from(JSON.stringify({ triggerEvent: 'MEETING_STARTED', id: 5, uid: UID }))

    const contents = [understood(ping), understood(begun)]

    const nothing = { ok: true, event: null, session: null, rereads: null }
    assert.deepEqual(contents, [nothing, nothing])
  })

  const HOSTILE: readonly [what: string, bytes: string, reason: string][] = [
    ['what a broken template renders', 'false', 'notAnObject'],
    ['no JSON', '{', 'notJson'],
    ['a body without a trigger', '{"payload":{}}', 'missingField'],
    [
      'a trigger that does not exist',
      '{"triggerEvent":"BOOKING_CONFIRMED","payload":{}}',
      'unknownEvent',
    ],
    ['a trigger that is no name', '{"triggerEvent":"x; drop","payload":{}}', 'unknownEvent'],
    ['a flat booking', '{"triggerEvent":"BOOKING_CREATED","uid":"x"}', 'missingField'],
    ['a payload that is a list', '{"triggerEvent":"BOOKING_CREATED","payload":[]}', 'notAnObject'],
    ['a key to a prototype', '{"triggerEvent":"BOOKING_CREATED","__proto__":{}}', 'forbiddenKey'],
    ['a booking without id', String(body('BOOKING_CREATED', { uid: null })), 'missingField'],
    ['an id with a space', String(body('BOOKING_CREATED', { uid: 'a b' })), 'missingField'],
    [
      'a day that is none',
      String(body('BOOKING_CREATED', { startTime: '2026-02-30T10:00:00Z' })),
      'badDate',
    ],
    [
      'an end before the start',
      String(body('BOOKING_CREATED', { endTime: '2026-12-01T09:00:00Z' })),
      'inconsistent',
    ],
  ]
  for (const [what, bytes, reason] of HOSTILE)
    it(`sets ${what} aside`, () => {
      const { content } = read(Buffer.from(bytes))

      assert.equal(content.ok ? 'understood' : content.reason, reason)
    })
})
