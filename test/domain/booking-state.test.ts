import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { BookingEvent } from '../../domain/booking.ts'
import { canonicalText, isNews, mergeInvitee, mergeSlot } from '../../domain/booking-merge.ts'
import { absorb, type BookingFacts, foldMeetings } from '../../domain/booking-state.ts'
import { lineageLinks } from '../../domain/lineage.ts'
import { anInvitee, aSlot, bookingStory } from '../support/booking-stories.ts'

const NOTHING: BookingFacts = { slots: [], invitees: [] }
const EARLY = '2026-11-21T10:00:00.000000Z'
const LATE = '2026-11-21T11:00:00.000000Z'

const after = (events: readonly BookingEvent[]): BookingFacts => events.reduce(absorb, NOTHING)
const meetingsAfter = (events: readonly BookingEvent[]) => foldMeetings(after(events))

/** A story with the same deliveries repeated and in another order. */
const disorder = bookingStory.chain((events) =>
  fc
    .shuffledSubarray([...events, ...events, ...events], { minLength: 0 })
    .chain((extra) =>
      fc.shuffledSubarray([...events, ...extra], { minLength: events.length + extra.length }),
    )
    .map((shuffled) => ({ events, shuffled })),
)

const created = (invitee: string, slot: string, told = {}): BookingEvent => ({
  provider: 'calendly',
  kind: 'created',
  invitee: anInvitee({ uri: invitee, slotUri: slot, ...told }),
  slot: aSlot({ uri: slot }),
})
const canceled = (invitee: string, slot: string, told = {}): BookingEvent => ({
  ...created(invitee, slot, { status: 'canceled', updatedAt: LATE, ...told }),
  kind: 'canceled',
})

/** A planted mistake: whatever comes last is believed. */
const lastWins = (facts: BookingFacts, { invitee, slot }: BookingEvent): BookingFacts => ({
  slots: [...facts.slots.filter(({ uri }) => uri !== slot.uri), slot],
  invitees: [...facts.invitees.filter(({ uri }) => uri !== invitee.uri), invitee],
})

const group = (uri: string) => aSlot({ uri, capacity: 5, active: 1 })

describe('booking state', () => {
  it('ends the same whatever the order and number of deliveries', () => {
    fc.assert(
      fc.property(disorder, ({ events, shuffled }) => {
        assert.deepEqual(meetingsAfter(shuffled), meetingsAfter(events))
      }),
      { numRuns: 1_000 },
    )
  })

  it('catches a rule where the last delivery wins, by the same property', () => {
    const found = fc.check(
      fc.property(disorder, ({ events, shuffled }) => {
        const planted = foldMeetings(shuffled.reduce(lastWins, NOTHING))
        assert.deepEqual(planted, meetingsAfter(events))
      }),
      { numRuns: 1_000 },
    )

    assert.equal(found.failed, true)
  })

  it('never re-opens an invitee, whatever arrives after the cancellation', () => {
    fc.assert(
      fc.property(disorder, ({ shuffled }) => {
        let facts = NOTHING
        const gone = new Set<string>()
        for (const event of shuffled) {
          facts = absorb(facts, event)
          for (const { uri, status } of facts.invitees) {
            if (status === 'canceled') gone.add(uri)
            else assert.equal(gone.has(uri), false)
          }
        }
      }),
    )
  })

  it('merges as a join: in any order, any grouping, any number of times', () => {
    const facts = fc.record({
      status: fc.constantFrom('active' as const, 'canceled' as const),
      rescheduled: fc.boolean(),
      newInviteeUri: fc.constantFrom(null, 'b', 'c'),
      noShowUri: fc.constantFrom(null, 'm'),
      noShowAt: fc.constantFrom(EARLY, LATE),
      name: fc.constantFrom(null, 'Pat', 'Éloïse'),
      updatedAt: fc.constantFrom(EARLY, LATE),
      cancellation: fc.constantFrom(null, { by: null, canceledBy: 'x', reason: '', at: EARLY }),
    })
    const invitee = facts.map((told) => anInvitee({ uri: 'a', slotUri: 's', ...told }))

    fc.assert(
      fc.property(invitee, invitee, invitee, (a, b, c) => {
        assert.deepEqual(mergeInvitee(a, b), mergeInvitee(b, a))
        assert.deepEqual(mergeInvitee(mergeInvitee(a, b), c), mergeInvitee(a, mergeInvitee(b, c)))
        assert.deepEqual(mergeInvitee(a, a), a)
      }),
      { numRuns: 2_000 },
    )
  })

  it('merges slots as a join too', () => {
    const location = fc.record(
      {
        type: fc.constantFrom('zoom', 'google'),
        value: fc.constant(null),
        joinUrl: fc.constantFrom(null, 'https://meet.test/1'),
        status: fc.constantFrom(null, 'processing', 'pushed'),
        at: fc.constantFrom(EARLY, LATE),
      },
      { noNullPrototype: true },
    )
    const slot = fc
      .record({
        status: fc.constantFrom('active' as const, 'canceled' as const),
        updatedAt: fc.constantFrom(EARLY, LATE),
        active: fc.constantFrom(null, 0, 1),
        location: fc.option(location),
      })
      .map((told) => aSlot({ uri: 's', ...told }))

    fc.assert(
      fc.property(slot, slot, slot, (a, b, c) => {
        assert.deepEqual(mergeSlot(a, b), mergeSlot(b, a))
        assert.deepEqual(mergeSlot(mergeSlot(a, b), c), mergeSlot(a, mergeSlot(b, c)))
        assert.deepEqual(mergeSlot(a, a), a)
      }),
      { numRuns: 2_000 },
    )
  })

  it('ends canceled when the cancellation comes before the booking (case 80)', () => {
    const meetings = meetingsAfter([canceled('a', '1'), created('a', '1')])

    assert.deepEqual(
      meetings.map(({ status }) => status),
      ['canceled'],
    )
  })

  it('moves one meeting, in whichever order the two halves of a reschedule come (case 81)', () => {
    const first = created('a', '1')
    const away = canceled('a', '1', { rescheduled: true, newInviteeUri: 'b' })
    const anew = created('b', '2', { oldInviteeUri: 'a', createdAt: LATE })

    for (const order of [
      [first, away, anew],
      [first, anew, away],
      [anew, first, away],
      [away, anew],
    ]) {
      const [meeting, ...others] = meetingsAfter(order)

      assert.deepEqual(others, [])
      assert.equal(meeting?.status, 'active')
      assert.equal(meeting?.slotUri, '2')
      assert.equal(meeting?.movedCount, 1)
    }
  })

  it('keeps a moved meeting active at its old time until its successor is seen', () => {
    const meetings = meetingsAfter([canceled('a', '1', { rescheduled: true, newInviteeUri: 'b' })])

    assert.deepEqual(
      meetings.map(({ status, slotUri }) => [status, slotUri]),
      [['active', '1']],
    )
  })

  it('joins both ends of a chain whose middle nobody has seen', () => {
    const start = canceled('a', '1', { rescheduled: true, newInviteeUri: 'b' })
    const end = created('c', '3', { oldInviteeUri: 'b' })

    const meetings = meetingsAfter([end, start])

    assert.deepEqual(
      meetings.map(({ slotUri, movedCount }) => [slotUri, movedCount]),
      [['3', 2]],
    )
  })

  it('makes one meeting of a collective event with all its hosts', () => {
    const hosts = ['user:1', 'user:2'].map((userUri) => ({ userUri, email: null, name: null }))
    const event = created('a', '1')

    const meetings = meetingsAfter([{ ...event, slot: { ...event.slot, hosts } }])

    assert.deepEqual(
      meetings.map(({ hosts }) => hosts.length),
      [2],
    )
  })

  it('keeps a group meeting while anybody is in it, and keeps everybody who was', () => {
    const events = [created('a', 'g'), created('b', 'g'), canceled('a', 'g')]

    const [meeting] = meetingsAfter(events.map((event) => ({ ...event, slot: group('g') })))

    assert.equal(meeting?.status, 'active')
    assert.deepEqual(
      meeting?.invitees.map(({ status }) => status),
      ['canceled', 'active'],
    )
  })

  it('moves somebody from one group meeting to another', () => {
    const stay = { ...created('x', 'g'), slot: group('g') }
    const first = { ...created('a', 'g'), slot: group('g') }
    const anew = { ...created('b', 'h', { oldInviteeUri: 'a' }), slot: group('h') }

    const meetings = meetingsAfter([anew, first, stay])

    assert.deepEqual(
      meetings.map(({ slotUri, invitees }) => [slotUri, invitees.map(({ status }) => status)]),
      [
        ['g', ['rescheduled', 'active']],
        ['h', ['active']],
      ],
    )
  })

  it('ends in the same way even where links run in a circle', () => {
    const events = [
      created('a', '1', { oldInviteeUri: 'b' }),
      created('b', '2', { oldInviteeUri: 'a' }),
      created('c', '3', { oldInviteeUri: 'c' }),
    ]

    assert.deepEqual(meetingsAfter(events), meetingsAfter(events.toReversed()))
  })

  it('calls a later look at an unmarked invitee no news', () => {
    const known = anInvitee({ uri: 'a', slotUri: '1' })
    const looked = mergeInvitee(known, { ...known, noShowAt: LATE })
    const marked = mergeInvitee(known, { ...known, noShowAt: LATE, noShowUri: 'm' })

    assert.deepEqual(
      [isNews(undefined, known), isNews(known, looked), isNews(known, marked)],
      [true, false, true],
    )
  })

  it('names what must be locked for an event, sorted', () => {
    const event = created('b', '2', { oldInviteeUri: 'c', newInviteeUri: 'a' })

    assert.deepEqual(lineageLinks(event), { inviteeUris: ['a', 'b', 'c'], slotUris: ['2'] })
  })

  it('writes equal facts as equal texts', () => {
    assert.equal(
      canonicalText({ b: [1, { d: null, c: 'é' }], a: 2 }),
      '{"a":2,"b":[1,{"c":"é","d":null}]}',
    )
  })
})
