import assert from 'node:assert/strict'
import type { LockedPackage } from '../../db/credit-entries.ts'
import { settle } from '../../db/session-credit.ts'
import type { SessionRow } from '../../db/session-rows.ts'
import { knownFrom } from '../../domain/session-merge.ts'
import { absorbBooking, foldSession } from '../../domain/session-state.ts'
import { aFact } from '../support/session-facts.ts'

const NOW = Date.parse('2199-02-28T23:00:00Z')

const aPackage = (told: Partial<LockedPackage>): LockedPackage => ({
  id: 'p',
  clientId: 'c',
  hostUserId: 'u',
  sessionMinutes: 60,
  cutOffHours: 24,
  left: 5,
  held: 0,
  spent: 0,
  expired: 0,
  createdAt: 0,
  expiresAt: Date.parse('2199-06-01'),
  isExpired: false,
  ...told,
})

/** Called off a day and a half before it begins. */
const off = foldSession(
  absorbBooking(
    [knownFrom(aFact({ bookingUid: 'a' }))],
    knownFrom(
      aFact({ bookingUid: 'a', kind: 'cancelled', occurredAt: '2199-02-28T22:00:00.000000Z' }),
    ),
  ),
)

const givenBack = { id: 's', credit: 'none', package_id: 'own', movements: 2 } as SessionRow
const strict = aPackage({ id: 'strict', cutOffHours: 72 })

describe('the credit of a session', () => {
  it('is judged by the cut-off of its own package once that has given it back', () => {
    for (const left of [0, 1]) {
      const own = aPackage({ id: 'own', left })

      const settled = settle({ state: off, session: givenBack, packages: [own, strict], now: NOW })

      assert.deepEqual(settled, { credit: 'none', payer: own })
    }
  })

  it('is owed by whichever package can pay where none has paid before', () => {
    const settled = settle({ state: off, session: undefined, packages: [strict], now: NOW })

    assert.deepEqual(settled, { credit: 'spent', payer: strict })
  })
})
