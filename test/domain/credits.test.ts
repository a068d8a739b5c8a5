import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  choosePayer,
  type CreditState,
  movementBetween,
  owedCredit,
  type PackageCredits,
  refusalOf,
  standingOf,
} from '../../domain/credits.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')

const aPackage = (told: Partial<PackageCredits>): PackageCredits => ({
  id: 'p',
  left: 1,
  held: 0,
  spent: 0,
  expired: 0,
  createdAt: 0,
  expiresAt: NOW + 1,
  ...told,
})

const STATES: readonly CreditState[] = ['none', 'held', 'spent']

describe('credits', () => {
  it('moves a credit between any two states so that a package never gains or loses one', () => {
    for (const from of STATES)
      for (const to of STATES) {
        const movement = movementBetween(from, to)
        const sum = (movement?.left ?? 0) + (movement?.held ?? 0) + (movement?.spent ?? 0)

        assert.equal(sum, 0, `${from} to ${to}`)
        assert.equal(movement === undefined, from === to || (from === 'spent' && to === 'held'))
      }
  })

  it('comes back to where it began, whatever a session goes through', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...STATES)), (states) => {
        const package_ = { left: 1, held: 0, spent: 0 }
        let now: CreditState = 'none'
        for (const next of [...states, 'none' as const]) {
          const movement = movementBetween(now, next)
          if (movement === undefined) continue
          package_.left += movement.left
          package_.held += movement.held
          package_.spent += movement.spent
          assert.ok(package_.left >= 0 && package_.held >= 0 && package_.spent >= 0)
          now = next
        }
        assert.deepEqual(package_, { left: 1, held: 0, spent: 0 })
      }),
    )
  })

  it('counts as used what is held or spent, and as active what can pay', () => {
    const credits = { left: 2, held: 1, spent: 3, expired: 4, expiresAt: NOW + 1 }

    assert.deepEqual(standingOf(credits, NOW), {
      sessionsTotal: 10,
      sessionsUsed: 4,
      sessionsLeft: 2,
      isActive: true,
    })
    assert.equal(standingOf(credits, NOW + 1).isActive, false)
    assert.equal(standingOf({ ...credits, left: 0 }, NOW).isActive, false)
  })

  it('lets the package pay that expires first, whatever order they are told in', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ left: fc.integer({ min: 0, max: 2 }), in: fc.integer({ min: -3, max: 5 }) }),
        ),
        (told) => {
          const packages = told.map(({ left, in: soon }, index) =>
            aPackage({ id: `p${index}`, left, expiresAt: NOW + soon }),
          )

          const payer = choosePayer(packages, NOW)

          assert.deepEqual(choosePayer(packages.toReversed(), NOW), payer)
          const able = packages.filter(({ left, expiresAt }) => left > 0 && expiresAt > NOW)
          assert.equal(
            payer?.expiresAt,
            able.toSorted((a, b) => a.expiresAt - b.expiresAt)[0]?.expiresAt,
          )
        },
      ),
    )
  })

  for (const [status, wasOn, cancelledAt, owed] of [
    ['scheduled', true, null, 'spent'],
    ['requested', false, null, 'held'],
    ['requested', true, null, 'spent'],
    ['rejected', true, '2026-11-30T11:00:00.000000Z', 'none'],
    ['cancelled', false, '2026-11-30T11:00:00.000000Z', 'none'],
    ['cancelled', true, '2026-11-29T12:00:00.000000Z', 'none'],
    ['cancelled', true, '2026-11-29T12:00:00.001000Z', 'spent'],
    ['cancelled', true, '2026-12-01T00:00:00.000000Z', 'spent'],
  ] as const)
    it(`owes ${owed} for one ${status}${wasOn ? ', once on' : ''}, off at ${cancelledAt}`, () => {
      const startAt = '2026-11-30T12:00:00.000000Z'

      assert.equal(owedCredit({ status, wasOn, startAt, cancelledAt }, 24), owed)
    })

  it('refuses a series with the numbers, and an expired package whatever it has left', () => {
    const asked = { needed: 5, now: NOW }

    assert.equal(refusalOf({ left: 5, expiresAt: NOW + 1 }, asked), null)
    assert.match(refusalOf({ left: 4, expiresAt: NOW + 1 }, asked) ?? '', /5 .* 4 left/)
    assert.match(refusalOf({ left: 9, expiresAt: NOW }, asked) ?? '', /expired/)
  })
})
