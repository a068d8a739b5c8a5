import assert from 'node:assert/strict'
import fc from 'fast-check'
import { read } from '../../../providers/calendly/payload.ts'
import { bytes, delivery, INVITEE, SLOT } from '../../support/calendly-payloads.ts'

const eventOf = (body: unknown) => {
  const { content } = read(bytes(body))
  assert.ok(content.ok && content.event !== null, JSON.stringify(content))
  return content.event
}

const faultOf = (body: unknown): string => {
  const { content } = read(Buffer.isBuffer(body) ? body : bytes(body))
  return content.ok ? 'read' : `${content.reason} at ${content.at}`
}

/** A delivery as text, with something JSON.stringify would never write. */
const spliced = (name: string): string =>
  JSON.stringify(delivery('invitee.created')).replace('"Pat Prospect"', name)

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('hostile Calendly payload', () => {
  it('quarantines invalid UTF-8 (case 50)', () => {
    assert.equal(faultOf(Buffer.from([0x7b, 0xff, 0x7d])), 'notUtf8 at body')
  })

  it('quarantines an empty body (case 51)', () => {
    assert.equal(faultOf(''), 'notJson at body')
  })

  it('quarantines a NUL (case 52)', () => {
    assert.equal(faultOf(spliced('"a\\u0000b"')), 'unstorableText at body')
  })

  it('quarantines a lone surrogate (case 53)', () => {
    assert.equal(faultOf(spliced('"\\ud800"')), 'unstorableText at body')
  })

  it('quarantines a depth of 100,000 and lives (case 54)', () => {
    assert.equal(faultOf(spliced(nested(100_000))), 'tooDeep at body')
    assert.equal(faultOf(nested(100_000)), 'tooDeep at body')
  })

  for (const number of ['1e400', '1e200000', '12345678901234567890'])
    it(`quarantines the number ${number} (case 55)`, () => {
      assert.equal(faultOf(spliced(number)), 'badNumber at body')
    })

  it('lets the last of two equal keys count, in key and effect alike (case 56)', () => {
    const body = spliced('"Pat","uri":"https://api.calendly.com/first"')

    const { dedupeKey, content } = read(bytes(body))

    assert.ok(content.ok && content.event !== null)
    assert.equal(content.event.invitee.uri, INVITEE)
    assert.equal(dedupeKey, `invitee.created ${INVITEE}`)
  })

  for (const key of ['__proto__', 'constructor', 'prototype'])
    it(`quarantines a ${key} key and pollutes nothing (case 57)`, () => {
      assert.equal(faultOf(spliced(`{"${key}":{"polluted":true}}`)), 'forbiddenKey at body')
      assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
    })

  for (const top of ['[]', '"text"', '7', 'null', 'true'])
    it(`quarantines ${top} at the top (case 58)`, () => {
      assert.equal(faultOf(top), 'notAnObject at ')
    })

  for (const [body, fault] of [
    [delivery(7), 'wrongType at event'],
    [delivery('invitee.created', { envelope: { payload: [] } }), 'notAnObject at payload'],
    [delivery('invitee.created', { envelope: { payload: null } }), 'missingField at payload'],
    [delivery('invitee.created', { payload: { email: 7 } }), 'wrongType at payload.email'],
    [delivery('invitee.created', { payload: { email: '' } }), 'missingField at payload.email'],
    [delivery('invitee.created', { payload: { status: 'odd' } }), 'wrongType at payload.status'],
    [
      delivery('invitee.created', { payload: { event: `${SLOT}9` } }),
      'inconsistent at payload.event',
    ],
    [delivery('invitee_no_show.created'), 'missingField at payload.no_show'],
    [
      delivery('invitee.created', { payload: { scheduled_event: null } }),
      'missingField at payload.scheduled_event',
    ],
  ] as const)
    it(`quarantines ${fault} (case 59)`, () => {
      assert.equal(faultOf(body), fault)
    })

  for (const start_time of [
    '2026-02-30T10:00:00Z',
    '+275760-09-13T00:00:00Z',
    'infinity',
    '2026-11-25T14:00:00',
  ])
    it(`quarantines the date ${start_time} (case 60)`, () => {
      const body = delivery('invitee.created', { slot: { start_time } })

      assert.equal(faultOf(body), 'badDate at payload.scheduled_event.start_time')
    })

  it('quarantines a slot that ends before it begins', () => {
    const body = delivery('invitee.created', { slot: { end_time: '2026-11-25T13:00:00Z' } })

    assert.equal(faultOf(body), 'inconsistent at payload.scheduled_event.end_time')
  })

  it('reads hostile but honest text as it is (case 61)', () => {
    const name = '<img onerror=alert(1)> =cmd() {{7*7}} \u202e\u200b'
    const email = `${'a'.repeat(10_000)}@prospect.test`

    const { invitee } = eventOf(delivery('invitee.created', { payload: { name, email } }))

    assert.deepEqual([invitee.name, invitee.email], [name, email])
  })

  it('throws for no bytes and no JSON whatever', () => {
    const anyDelivery = fc
      .tuple(fc.constantFrom('invitee.created', 'invitee.canceled', 'x'), fc.json())
      .map(([event, json]) => `{"event":"${event}","created_at":"x","payload":${json}}`)

    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array(), fc.json().map(bytes), anyDelivery.map(bytes)),
        (raw) => {
          assert.equal(read(raw).content.ok, false)
        },
      ),
      { numRuns: 3_000 },
    )
  })
})
