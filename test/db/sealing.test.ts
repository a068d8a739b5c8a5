import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { KeyRingInvalid, parseKeyRing } from '../../db/key-ring.ts'
import { keyOf, open, SealBroken, type SealedPlace, seal } from '../../db/sealing.ts'

const aKey = (): string => randomBytes(32).toString('base64')
const RING = parseKeyRing(`a:${aKey()}`)
const PLACE: SealedPlace = {
  organizationId: 'o',
  row: 'credential/1',
  field: 'token',
  generation: 1,
}

const place: fc.Arbitrary<SealedPlace> = fc.record({
  organizationId: fc.string(),
  row: fc.string(),
  field: fc.string(),
  generation: fc.nat(),
})

describe('sealing', () => {
  it('opens what it sealed, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), place, (text, at) => {
        assert.equal(open(RING, at, seal(RING, at, text)), text)
      }),
    )
  })

  it('refuses a value moved to any other place', () => {
    fc.assert(
      fc.property(place, place, (from, to) => {
        fc.pre(JSON.stringify(from) !== JSON.stringify(to))
        assert.throws(() => open(RING, to, seal(RING, from, 'secret')), SealBroken)
      }),
    )
  })

  it('tells places apart whose parts only join to the same text', () => {
    for (const between of ['', '|', '/', '.', ',', '\0']) {
      const sealed = seal(RING, { ...PLACE, row: `a${between}b`, field: 'c' }, 'secret')
      const other = { ...PLACE, row: 'a', field: `b${between}c` }

      assert.throws(() => open(RING, other, sealed), SealBroken, `joined by "${between}"`)
    }
  })

  it('refuses a value with any bit flipped or any end cut, and tells nothing of it', () => {
    const text = 'token-that-stays-secret'
    const sealed = seal(RING, PLACE, text)
    const [format = '', id = '', encoded = ''] = sealed.split('.')
    const bytes = Buffer.from(encoded, 'base64url')
    const broken = [
      ...Array.from({ length: bytes.length * 8 }, (_, bit) => {
        const copy = Buffer.from(bytes)
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        return copy
      }),
      ...Array.from({ length: bytes.length }, (_, length) => bytes.subarray(0, length)),
    ]

    for (const copy of broken)
      assert.throws(
        () => open(RING, PLACE, `${format}.${id}.${copy.toString('base64url')}`),
        (error: unknown) =>
          error instanceof SealBroken &&
          !`${error.stack} ${JSON.stringify(error)}`.includes(text) &&
          error.cause === undefined,
      )
  })

  it('refuses another spelling of the same bytes', () => {
    const sealed = seal(RING, PLACE, 'x')

    for (const other of [`${sealed}=`, `${sealed}.`, ` ${sealed}`, sealed.replace('s1', 's2'), ''])
      assert.throws(() => open(RING, PLACE, other), SealBroken)
  })

  it('never seals twice to the same value', () => {
    assert.notEqual(seal(RING, PLACE, 'x'), seal(RING, PLACE, 'x'))
  })

  it('writes with the first key and reads with any', () => {
    const [old, fresh] = [aKey(), aKey()]
    const sealed = seal(parseKeyRing(`old:${old}`), PLACE, 'x')
    const rotated = parseKeyRing(`fresh:${fresh},old:${old}`)

    assert.equal(open(rotated, PLACE, sealed), 'x')
    assert.equal(keyOf(seal(rotated, PLACE, 'x')), 'fresh')
    assert.throws(() => open(parseKeyRing(`fresh:${fresh}`), PLACE, sealed), /ENCRYPTION_KEYS/)
  })

  it('refuses a malformed ring without repeating any of it', () => {
    const short = randomBytes(16).toString('base64')
    const good = aKey()

    for (const text of ['', short, `a:${short}`, `a:${good},a:${good}`, `a:${good},`, `:${good}`])
      assert.throws(
        () => parseKeyRing(text),
        (error: unknown) =>
          error instanceof KeyRingInvalid &&
          !error.message.includes(good) &&
          !error.message.includes(short),
      )
  })
})
