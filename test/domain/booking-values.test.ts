import assert from 'node:assert/strict'
import fc from 'fast-check'
import { normalizeEmail } from '../../domain/email.ts'
import { isFailureType } from '../../domain/failures.ts'
import { canonicalInstant, endOfSecond, instantOf, isSameSecond } from '../../domain/instant.ts'
import { isProviderName } from '../../domain/provider-name.ts'

describe('instant', () => {
  for (const [text, instant] of [
    ['2026-11-25T14:00:00.000000Z', '2026-11-25T14:00:00.000000Z'],
    ['2026-11-25T14:00:00Z', '2026-11-25T14:00:00.000000Z'],
    ['2026-11-25T14:00:00.5+02:00', '2026-11-25T12:00:00.500000Z'],
    ['2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00.000000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000000Z'],
  ] as const)
    it(`reads ${text}`, () => {
      assert.equal(canonicalInstant(text), instant)
    })

  for (const text of [
    '2026-02-30T10:00:00Z',
    '2026-02-29T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-00-10T10:00:00Z',
    '2026-11-25T24:00:00Z',
    '2026-11-25T14:00:60Z',
    '2026-11-25T14:00:00',
    '2026-11-25',
    '+275760-09-13T00:00:00Z',
    '1999-12-31T23:59:59Z',
    '9999-01-01T00:00:00Z',
    'infinity',
    '',
    ' 2026-11-25T14:00:00Z',
    '2026-11-25T14:00:00+99:00',
  ])
    it(`refuses ${JSON.stringify(text)} (case 60)`, () => {
      assert.equal(canonicalInstant(text), undefined)
    })

  it('sorts as text in the order of time', () => {
    const date = fc.date({
      min: new Date('2001-01-01'),
      max: new Date('2190-01-01'),
      noInvalidDate: true,
    })

    fc.assert(
      fc.property(date, date, (a, b) => {
        assert.equal(instantOf(a.getTime()) < instantOf(b.getTime()), a.getTime() < b.getTime())
        assert.equal(canonicalInstant(a.toISOString()), instantOf(a.getTime()))
      }),
    )
  })

  it('knows the end of a second', () => {
    const end = endOfSecond('2026-11-25T14:00:00.000000Z')

    assert.equal(end, '2026-11-25T14:00:00.999999Z')
    assert.equal(isSameSecond(end, '2026-11-25T14:00:00.100000Z'), true)
  })
})

describe('normalizeEmail', () => {
  for (const [given, key] of [
    ['  Pat@Prospect.TEST ', 'pat@prospect.test'],
    ['E\u0301loi\u0308se@acme.test', '\u00e9lo\u00efse@acme.test'],
    ['\u212aim@acme.test', 'kim@acme.test'],
    ['pat+crm@prospect.test', 'pat+crm@prospect.test'],
  ] as const)
    it(`finds ${JSON.stringify(given)} under ${key}`, () => {
      assert.equal(normalizeEmail(given), key)
    })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(normalizeEmail(normalizeEmail(text)), normalizeEmail(text))
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('names that cross borders', () => {
  it('knows its own failures and providers, and no others', () => {
    assert.deepEqual(['GrantRevoked', 'Other', null].map(isFailureType), [true, false, false])
    assert.deepEqual(['calendly', 'calcom', 'toString'].map(isProviderName), [true, true, false])
  })
})
