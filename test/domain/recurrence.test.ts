import assert from 'node:assert/strict'
import { isTimezone, occurrencesOf, type RecurrenceRule } from '../../domain/recurrence.ts'
import { compareIn, RULES, ZONES } from '../support/recurrence-run.ts'

const LONG_AGO = Date.parse('2025-01-01T00:00:00Z')
const NEW_YORK = 'America/New_York'

const rule = (told: Partial<RecurrenceRule>): RecurrenceRule => ({
  frequency: 'weekly',
  count: 4,
  on: { weekday: 'monday' },
  time: '10:00',
  timezone: 'Europe/Paris',
  startDate: '2026-01-26',
  durationMinutes: 60,
  ...told,
})

/** As `01-26 10:00 +01:00 note`. */
const shown = (told: Partial<RecurrenceRule>, now = LONG_AGO): string[] =>
  occurrencesOf(rule(told), now).map(({ localStart, offset, notes }) =>
    [localStart.slice(5).replace('T', ' '), offset, ...notes].join(' '),
  )

describe('recurrence', function recurrenceSuite() {
  this.timeout(240_000)

  it('gives four Mondays in Paris', () => {
    const dates = occurrencesOf(rule({}), LONG_AGO)

    assert.deepEqual(
      dates.map(({ startAt, endAt }) => [startAt, endAt]),
      [
        ['2026-01-26T09:00:00Z', '2026-01-26T10:00:00Z'],
        ['2026-02-02T09:00:00Z', '2026-02-02T10:00:00Z'],
        ['2026-02-09T09:00:00Z', '2026-02-09T10:00:00Z'],
        ['2026-02-16T09:00:00Z', '2026-02-16T10:00:00Z'],
      ],
    )
  })

  for (const { name, told, dates } of [
    {
      name: 'counts months from the first date, so that a short one shortens no other',
      told: {
        frequency: 'monthly',
        count: 5,
        on: { dayOfMonth: 31 },
        time: '09:00',
        timezone: NEW_YORK,
        startDate: '2026-01-31',
      },
      dates: [
        '01-31 09:00 -05:00',
        '02-28 09:00 -05:00 clamped',
        '03-31 09:00 -04:00',
        '04-30 09:00 -04:00 clamped',
        '05-31 09:00 -04:00',
      ],
    },
    {
      name: 'keeps the wall-clock time when the clocks change',
      told: { frequency: 'biweekly', count: 3, timezone: NEW_YORK, startDate: '2026-02-23' },
      dates: ['02-23 10:00 -05:00', '03-09 10:00 -04:00', '03-23 10:00 -04:00'],
    },
    {
      name: 'moves a time that the clocks skip, on that day alone',
      told: {
        on: { weekday: 'sunday' },
        time: '02:30',
        timezone: NEW_YORK,
        startDate: '2026-03-01',
      },
      dates: [
        '03-01 02:30 -05:00',
        '03-08 03:30 -04:00 shifted',
        '03-15 02:30 -04:00',
        '03-22 02:30 -04:00',
      ],
    },
    {
      name: 'takes the first of two equal times',
      told: {
        count: 3,
        on: { weekday: 'sunday' },
        time: '01:30',
        timezone: NEW_YORK,
        startDate: '2026-10-25',
      },
      dates: ['10-25 01:30 -04:00', '11-01 01:30 -04:00 ambiguous', '11-08 01:30 -05:00'],
    },
    {
      name: 'keeps the same weekday of the month',
      told: { frequency: 'monthly', count: 3, on: { weekday: 'tuesday' }, startDate: '2026-01-08' },
      dates: ['01-13 10:00 +01:00', '02-10 10:00 +01:00', '03-10 10:00 +01:00'],
    },
    {
      name: 'takes the last of its weekday where a month has no fifth',
      told: { frequency: 'monthly', count: 3, on: { weekday: 'friday' }, startDate: '2026-01-30' },
      dates: [
        '01-30 10:00 +01:00',
        '02-27 10:00 +01:00 fifthIsLast',
        '03-27 10:00 +01:00 fifthIsLast',
      ],
    },
  ] satisfies { name: string; told: Partial<RecurrenceRule>; dates: string[] }[])
    it(name, () => {
      assert.deepEqual(shown(told), dates)
    })

  it('begins with the first match after now, were it the same day', () => {
    const onTheDay = Date.parse('2026-01-26T09:00:00Z')

    assert.equal(shown({}, onTheDay - 1)[0], '01-26 10:00 +01:00')
    assert.equal(shown({}, onTheDay)[0], '02-02 10:00 +01:00')
  })

  it('looks from today on when the start date is long past', () => {
    const now = Date.parse('2026-11-21T12:00:00Z')

    assert.equal(shown({ startDate: '1999-01-01' }, now)[0], '11-23 10:00 +01:00')
  })

  it('ends a session as many minutes after its start as it is long, while clocks change', () => {
    const [date] = occurrencesOf(
      rule({
        count: 1,
        on: { weekday: 'sunday' },
        time: '00:30',
        timezone: NEW_YORK,
        startDate: '2026-11-01',
        durationMinutes: 120,
      }),
      LONG_AGO,
    )

    assert.deepEqual([date?.startAt, date?.endAt], ['2026-11-01T04:30:00Z', '2026-11-01T06:30:00Z'])
  })

  it('knows time zones by their names alone', () => {
    for (const zone of [...ZONES, 'Etc/GMT+3', 'America/Argentina/Buenos_Aires'])
      assert.ok(isTimezone(zone), zone)
    for (const zone of ['', 'Paris', '+02:00', 'Europe/Nowhere', '2026-01-01[Europe/Paris]'])
      assert.ok(!isTimezone(zone), zone)
  })

  it('agrees with an oracle that tries every day and every clock, whatever zone it runs in', async () => {
    const runs = await Promise.all(['UTC', NEW_YORK, 'Asia/Dubai'].map(compareIn))

    assert.deepEqual(
      runs.map(({ timezone }) => timezone),
      ['UTC', NEW_YORK, 'Asia/Dubai'],
    )
    for (const { wrong, series, gaps, overlaps, shortMonths } of runs) {
      assert.deepEqual(wrong, [])
      assert.equal(series, RULES * ZONES.length)
      assert.ok(Math.min(gaps, overlaps, shortMonths) > 100, `${gaps} ${overlaps} ${shortMonths}`)
    }
    assert.equal(new Set(runs.map(({ digest }) => digest)).size, 1)
  })
})
