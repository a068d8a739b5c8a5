import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SESSION_FACT_KINDS } from '../../domain/session-fact.ts'
import type { SessionFact } from '../../domain/session-fact.ts'
import { joinKnown, knownFrom, type KnownBooking } from '../../domain/session-merge.ts'
import { absorbBooking, foldSession } from '../../domain/session-state.ts'
import { aFact } from '../support/session-facts.ts'

const at = (minute: number): string => `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000000Z`

/** Facts about a chain of bookings, as a provider might tell them: any kind at any moment. */
const facts: fc.Arbitrary<SessionFact> = fc
  .record({
    place: fc.integer({ min: 0, max: 3 }),
    kind: fc.constantFrom(...SESSION_FACT_KINDS),
    minute: fc.integer({ min: 0, max: 59 }),
    link: fc.constantFrom(null, 'https://meet.example.test/1', 'https://meet.example.test/2'),
    isLinked: fc.boolean(),
    noShow: fc.constantFrom(null, true, false),
  })
  .map(({ place, kind, minute, link, isLinked, noShow }) =>
    aFact({
      bookingUid: `b${place}`,
      kind,
      occurredAt: at(minute),
      meetingLink: link,
      noShow,
      replacesUid: isLinked && place > 0 ? `b${place - 1}` : null,
    }),
  )

const after = (told: readonly SessionFact[]): KnownBooking[] =>
  told.map(knownFrom).reduce<KnownBooking[]>(absorbBooking, [])

const stateAfter = (...told: readonly SessionFact[]) => foldSession(after(told))

describe('session state', () => {
  it('joins facts so that their order, grouping and number never matter', () => {
    const known = facts.filter(({ bookingUid }) => bookingUid === 'b1').map(knownFrom)
    fc.assert(
      fc.property(known, known, known, (a, b, c) => {
        assert.deepEqual(joinKnown(a, b), joinKnown(b, a))
        assert.deepEqual(joinKnown(joinKnown(a, b), c), joinKnown(a, joinKnown(b, c)))
        assert.deepEqual(joinKnown(a, a), a)
      }),
      { numRuns: 1_000 },
    )
  })

  it('ends the same in any order of any facts of a chain', () => {
    const disorder = fc
      .array(facts, { minLength: 1, maxLength: 8 })
      .chain((told) =>
        fc
          .shuffledSubarray([...told, ...told], { minLength: told.length * 2 })
          .map((shuffled) => ({ told, shuffled })),
      )
    fc.assert(
      fc.property(disorder, ({ told, shuffled }) => {
        assert.deepEqual(stateAfter(...shuffled), stateAfter(...told))
      }),
      { numRuns: 1_000 },
    )
  })

  it('stays cancelled when its create comes late', () => {
    const state = stateAfter(
      aFact({ bookingUid: 'a', kind: 'cancelled', occurredAt: at(1), reason: 'ill' }),
      aFact({ bookingUid: 'a', occurredAt: at(2) }),
    )

    assert.deepEqual([state.status, state.reason, state.cancelledAt], ['cancelled', 'ill', at(1)])
  })

  it('stays where it is while only its old booking is known to have moved', () => {
    const state = stateAfter(
      aFact({ bookingUid: 'a', kind: 'cancelled', replacedByUid: 'b', occurredAt: at(1) }),
    )

    assert.deepEqual([state.status, state.bookingUid, state.movedCount], ['scheduled', 'a', 0])
  })

  it('is on again by a booking that replaces a cancelled one', () => {
    const state = stateAfter(
      aFact({ bookingUid: 'a' }),
      aFact({ bookingUid: 'a', kind: 'cancelled', occurredAt: at(1) }),
      aFact({ bookingUid: 'b', kind: 'rescheduled', replacesUid: 'a', occurredAt: at(2) }),
    )

    assert.deepEqual([state.status, state.bookingUid, state.movedCount], ['scheduled', 'b', 1])
  })

  it('waits for a yes again when the client moved what was on', () => {
    const state = stateAfter(
      aFact({ bookingUid: 'a' }),
      aFact({ bookingUid: 'b', kind: 'requested', replacesUid: 'a', occurredAt: at(2) }),
    )

    assert.deepEqual([state.status, state.wasOn], ['requested', true])
  })

  it('never forgets a link for a later fact that says nothing of it', () => {
    const state = stateAfter(
      aFact({ bookingUid: 'a', meetingLink: 'https://meet.example.test/1', occurredAt: at(1) }),
      aFact({ bookingUid: 'a', kind: 'paid', meetingLink: null, occurredAt: at(2) }),
    )

    assert.equal(state.meetingLink, 'https://meet.example.test/1')
  })
})
