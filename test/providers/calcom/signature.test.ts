import assert from 'node:assert/strict'
import { verify } from '../../../providers/calcom/signature.ts'
import { body, signed } from '../../support/calcom-payloads.ts'

const KEY = 'made for this test alone'
const BODY = body('BOOKING_CREATED')

const verdictOf = (header: string | string[] | undefined, more: object = {}) =>
  verify({ header, rawBody: BODY, keys: [KEY], now: 0, ...more })

describe('Cal.com signature', () => {
  it('accepts the bytes that were signed, whenever they come', () => {
    const header = signed(BODY, KEY)

    const verdict = verdictOf(header, { now: Date.now() + 1e12 })

    assert.deepEqual(verdict, { ok: true, keyIndex: 0, t: null })
  })

  it('tells which of several secrets it was', () => {
    const header = signed(BODY, KEY)

    const verdict = verdictOf(header, { keys: ['', 'another', KEY] })

    assert.deepEqual(verdict, { ok: true, keyIndex: 2, t: null })
  })

  it('refuses one changed byte', () => {
    const header = signed(BODY, KEY)
    const changed = Buffer.from(BODY)
    changed[10] = (changed[10] ?? 0) ^ 1

    const verdict = verdictOf(header, { rawBody: changed })

    assert.deepEqual(verdict, { ok: false, reason: 'mismatch' })
  })

  it('refuses a body signed with no secret at all', () => {
    const header = signed(BODY, '')

    const verdict = verdictOf(header, { keys: [''] })

    assert.deepEqual(verdict, { ok: false, reason: 'noKey' })
  })

  const HOSTILE: readonly [what: string, header: string | string[] | undefined, reason: string][] =
    [
      ['nothing', undefined, 'missing'],
      ['an empty header', '', 'missing'],
      ['white space', '   ', 'missing'],
      ['the words for no secret', 'no-secret-provided', 'malformed'],
      ['two headers', [signed(BODY, KEY), signed(BODY, KEY)], 'malformed'],
      ['a prefix', `sha256=${signed(BODY, KEY)}`, 'malformed'],
      ['capital digits', signed(BODY, KEY).toUpperCase(), 'malformed'],
      ['a digit too few', signed(BODY, KEY).slice(1), 'malformed'],
      ['a digit too many', `${signed(BODY, KEY)}0`, 'malformed'],
      ['a list', `${signed(BODY, KEY)},${signed(BODY, KEY)}`, 'malformed'],
      ['a header without end', 'a'.repeat(10_000), 'tooLong'],
      ['the signature by another secret', signed(BODY, 'another'), 'mismatch'],
      ['the signature of another body', signed(Buffer.from('{}'), KEY), 'mismatch'],
    ]
  for (const [what, header, reason] of HOSTILE)
    it(`refuses ${what}`, () => {
      assert.deepEqual(verdictOf(header), { ok: false, reason })
    })
})
