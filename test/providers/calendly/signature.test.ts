import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { REPLAY_WINDOW_SECONDS, verify } from '../../../providers/calendly/signature.ts'
import { bytes, delivery, signed, v1 } from '../../support/calendly-payloads.ts'

const KEY = 'a key of this integration'
const T = 1_795_256_100
const BODY = bytes(delivery('invitee.created', { payload: { name: 'Éloïse 🎉 王' } }))
const DIGEST = v1(KEY, { t: T, body: BODY })
const GOOD = `t=${T},v1=${DIGEST}`

type Given = Partial<Parameters<typeof verify>[0]>

const check = (header: Given['header'], given: Given = {}) =>
  verify({ header, rawBody: BODY, keys: [KEY], now: T * 1_000, ...given })

const reasonFor = (header: Given['header'], given: Given = {}): string => {
  const verdict = check(header, given)
  return verdict.ok ? 'accepted' : verdict.reason
}

const mutate = (given: Buffer, at: number, value: number): Buffer => {
  const copy = Buffer.from(given)
  copy[at % copy.length] = value
  return copy
}

const hmac = (key: Buffer | string, text: Buffer | string) => createHmac('sha256', key).update(text)

/** Each case of reference/reliability.md 1.3 with the header it sends and the reason we note. */
const REFUSED: readonly (readonly [title: string, header: Given['header'], reason: string])[] = [
  ['case 1: no header', undefined, 'missing'],
  ['case 2: an empty header', '', 'missing'],
  ['case 3: a header of white space', ' \t ', 'missing'],
  ['case 4: t only', `t=${T}`, 'malformed'],
  ['case 5: v1 only', `v1=${DIGEST}`, 'malformed'],
  ['case 6: two t', `t=${T},t=${T + 1},v1=${DIGEST}`, 'malformed'],
  ...['abc', '1e9', '0x5f', `+${T}`, `-${T}`, `${T}.0`, ` ${T}`, `${T}abc`].map(
    (t) => [`case 7: t is ${JSON.stringify(t)}`, `t=${t},v1=${DIGEST}`, 'malformed'] as const,
  ),
  ['case 8: t in milliseconds', `t=${T}000,v1=${DIGEST}`, 'malformed'],
  ['case 9: t with a leading zero', `t=0${T},v1=${DIGEST}`, 'malformed'],
  ['case 9: t of twenty digits', `t=${T}${T},v1=${DIGEST}`, 'malformed'],
  ['case 9: t beyond exact numbers', `t=9007199254740993,v1=${DIGEST}`, 'malformed'],
  ['case 10: full-width digits', `t=１７９５２５６１００,v1=${DIGEST}`, 'malformed'],
  [
    'case 10: full-width digits as latin-1',
    `t=${Buffer.from('１７９５２５６１００').toString('latin1')},v1=${DIGEST}`,
    'malformed',
  ],
  ['case 11: an empty v1', `t=${T},v1=`, 'malformed'],
  ['case 12: v1 without =', `t=${T},v1`, 'malformed'],
  ['case 13: v1 with an extra =', `t=${T},v1=${DIGEST}=extra`, 'malformed'],
  ['case 14: only v0', `t=${T},v0=${DIGEST}`, 'malformed'],
  ['case 14: only v2', `t=${T},v2=${DIGEST}`, 'malformed'],
  ['case 15: upper-case V1', `t=${T},V1=${DIGEST}`, 'malformed'],
  ['case 15: upper-case T', `T=${T},v1=${DIGEST}`, 'malformed'],
  ['case 16: an upper-case digest', `t=${T},v1=${DIGEST.toUpperCase()}`, 'malformed'],
  [
    'case 17: a base64 digest',
    `t=${T},v1=${Buffer.from(DIGEST, 'hex').toString('base64')}`,
    'malformed',
  ],
  ['case 18: a digest cut by one', `t=${T},v1=${DIGEST.slice(0, -1)}`, 'malformed'],
  ['case 18: a digest cut by two', `t=${T},v1=${DIGEST.slice(0, -2)}`, 'malformed'],
  ['case 18: a digest padded by 00', `t=${T},v1=${DIGEST}00`, 'malformed'],
  ['case 18: a digest followed by zz', `t=${T},v1=${DIGEST}zz`, 'malformed'],
  ['case 19: a sha256= prefix', `t=${T},v1=sha256=${DIGEST}`, 'malformed'],
  ['case 20: two headers joined', `t=1,v1=aa, ${GOOD}`, 'malformed'],
  ['case 20: two headers as a list', [GOOD, GOOD], 'malformed'],
  ['case 21: two hundred v1', `${GOOD}${`,v1=${'0'.repeat(64)}`.repeat(200)}`, 'tooLong'],
  ['case 21: six v1', `t=${T}${`,v1=${DIGEST}`.repeat(6)}`, 'malformed'],
  ['case 33: a digest of another length', `t=${T},v1=aa`, 'malformed'],
  ['an unknown key', `${GOOD},x=1`, 'malformed'],
  ['white space between parts', `t=${T}, v1=${DIGEST}`, 'malformed'],
  ['a trailing comma', `${GOOD},`, 'malformed'],
]

describe('Calendly signature', () => {
  it('accepts what its own key signed, and tells which key it was', () => {
    assert.deepEqual(check(GOOD), { ok: true, keyIndex: 0, t: T })
  })

  for (const [title, header, reason] of REFUSED)
    it(`refuses ${title}`, () => {
      assert.equal(reasonFor(header), reason)
    })

  it('ignores versions it does not know beside a good v1', () => {
    assert.equal(check(`${GOOD},v2=abc,v0=`).ok, true)
  })

  it("refuses another integration's key (case 26)", () => {
    assert.equal(reasonFor(signed('somebody else', { t: T, body: BODY })), 'mismatch')
  })

  it('accepts the previous key while it is a candidate, and not after (cases 27 and 28)', () => {
    const header = signed('previous', { t: T, body: BODY })

    assert.deepEqual(check(header, { keys: [KEY, 'app', 'previous'] }), {
      ok: true,
      keyIndex: 2,
      t: T,
    })
    assert.equal(reasonFor(header, { keys: [KEY, 'app'] }), 'mismatch')
  })

  it('accepts two v1 of which only the second is good (case 29)', () => {
    assert.equal(check(`t=${T},v1=${'0'.repeat(64)},v1=${DIGEST}`).ok, true)
  })

  it('never skips the check for want of a key (case 30)', () => {
    const withEmptyKey = signed('', { t: T, body: BODY })

    assert.equal(reasonFor(withEmptyKey, { keys: [''] }), 'noKey')
    assert.equal(reasonFor(GOOD, { keys: [] }), 'noKey')
    assert.equal(reasonFor(withEmptyKey, { keys: ['', KEY] }), 'mismatch')
  })

  it('tries no more than eight keys', () => {
    const others = Array.from({ length: 8 }, (_, index) => `other ${index}`)

    assert.equal(reasonFor(GOOD, { keys: [...others, KEY] }), 'mismatch')
  })

  for (const [title, seconds, verdict] of [
    ['case 36: signed too long ago', REPLAY_WINDOW_SECONDS + 1, 'stale'],
    ['case 37: signed in the future', -REPLAY_WINDOW_SECONDS - 1, 'stale'],
    ['case 38: at the old edge', REPLAY_WINDOW_SECONDS, 'accepted'],
    ['case 38: at the future edge', -REPLAY_WINDOW_SECONDS, 'accepted'],
    ['case 39: replayed inside the window', 60, 'accepted'],
  ] as const)
    it(`knows the window, ${title}`, () => {
      assert.equal(reasonFor(GOOD, { now: (T + seconds) * 1_000 }), verdict)
    })

  it('refuses a replay with a fresh forged t (case 40)', () => {
    const now = (T + 3_600) * 1_000

    assert.equal(reasonFor(`t=${T + 3_600},v1=${DIGEST}`, { now }), 'mismatch')
  })

  it('calls nothing stale that was not signed by us', () => {
    assert.equal(reasonFor(`t=${T},v1=${'0'.repeat(64)}`, { now: (T + 3_600) * 1_000 }), 'mismatch')
  })

  for (const [title, rawBody] of [
    ['case 46: spaces', Buffer.from(JSON.stringify(JSON.parse(BODY.toString()), null, 1))],
    ['case 46: another spelling of É', Buffer.from(BODY.toString().replace('É', '\\u00c9'))],
    ['case 46: escaped slashes', Buffer.from(BODY.toString().replaceAll('/', '\\/'))],
    ['case 47: a trailing newline', Buffer.concat([BODY, Buffer.from('\n')])],
    ['case 48: a byte order mark added', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), BODY])],
  ] as const)
    it(`refuses a body changed by ${title}`, () => {
      assert.equal(reasonFor(GOOD, { rawBody }), 'mismatch')
    })

  it('refuses a byte order mark removed (case 48)', () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), BODY])

    assert.equal(reasonFor(signed(KEY, { t: T, body: marked })), 'mismatch')
  })

  it('tells apart invalid bytes that decode to one text (case 49)', () => {
    const [a, b] = [Buffer.from([0x22, 0xff, 0x22]), Buffer.from([0x22, 0xfe, 0x22])]
    const header = signed(KEY, { t: T, body: a })

    assert.equal(a.toString(), b.toString())
    assert.equal(reasonFor(header, { rawBody: a }), 'accepted')
    assert.equal(reasonFor(header, { rawBody: b }), 'mismatch')
  })

  it('accepts no mutation of header or body', () => {
    const place = fc.nat(200)
    const byte = fc.nat(255)

    fc.assert(
      fc.property(place, byte, fc.boolean(), (at, value, inBody) => {
        const header = inBody ? GOOD : mutate(Buffer.from(GOOD), at, value).toString('latin1')
        const rawBody = inBody ? mutate(BODY, at, value) : BODY
        const isSame = header === GOOD && rawBody.equals(BODY)
        assert.equal(check(header, { rawBody }).ok, isSame)
      }),
      { numRuns: 5_000 },
    )
  })

  it('throws for no header and no bytes whatever', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (header, rawBody) => {
        assert.equal(check(header, { rawBody }).ok, false)
      }),
      { numRuns: 5_000 },
    )
  })
})

/** Public vectors: the arithmetic under all of it is the one the world uses. */
describe('HMAC-SHA256', () => {
  it("agrees with GitHub's published example", () => {
    assert.equal(
      hmac("It's a Secret to Everybody", 'Hello, World!').digest('hex'),
      '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    )
  })

  it('agrees with Standard Webhooks', () => {
    const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
    const text = 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}'

    assert.equal(hmac(key, text).digest('base64'), 'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  for (const [number, key, text, expected] of [
    [
      1,
      Buffer.alloc(20, 0x0b),
      'Hi There',
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      2,
      'Jefe',
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      3,
      Buffer.alloc(20, 0xaa),
      Buffer.alloc(50, 0xdd),
      '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    ],
    [
      6,
      Buffer.alloc(131, 0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ] as const)
    it(`agrees with RFC 4231, case ${number}`, () => {
      assert.equal(hmac(key, text).digest('hex'), expected)
    })
})
