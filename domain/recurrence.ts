import { Temporal } from 'temporal-polyfill'

/** Days of the week as people and requests name them, Monday first. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const

/** One of WEEKDAYS. */
export type Weekday = (typeof WEEKDAYS)[number]

/** How often a series repeats. */
export const FREQUENCIES = ['weekly', 'biweekly', 'monthly'] as const

/** One of FREQUENCIES. */
export type Frequency = (typeof FREQUENCIES)[number]

/** A year of weeks: a longer series is better made anew, with its own package. */
export const MOST_OCCURRENCES = 52

/** When a series takes place: wall-clock time in a zone. */
export interface RecurrenceRule {
  readonly frequency: Frequency
  /** 1 to MOST_OCCURRENCES; every one of them takes place. */
  readonly count: number
  readonly on: { readonly weekday: Weekday } | { readonly dayOfMonth: number }
  /** `10:00` */
  readonly time: string
  /** An IANA zone. */
  readonly timezone: string
  /** `2026-01-26` */
  readonly startDate: string
  readonly durationMinutes: number
}

/**
 * Why a date differs from what its rule says:
 *
 * - `shifted`: the clocks skip this time; it begins as much later as they skip
 * - `ambiguous`: the clocks show this time twice; it is the first of the two
 * - `clamped`: the month has no such day; it is the month's last
 * - `fifthIsLast`: the first date is the fifth of its weekday and this month has only four, so it
 *   is the month's last one
 */
export type OccurrenceNote = 'shifted' | 'ambiguous' | 'clamped' | 'fifthIsLast'

/** One date of a series. */
export interface Occurrence {
  /** `2026-01-26T09:00:00Z` */
  readonly startAt: string
  readonly endAt: string
  /** As the clocks of the zone show it: `2026-01-26T10:00`, and `+01:00`. */
  readonly localStart: string
  readonly offset: string
  readonly notes: readonly OccurrenceNote[]
}

type Day = Temporal.PlainDate

/**
 * The dates of a series. The first is the first match on or after the start date and after now;
 * every other one is counted from it, never from the one before. The end is as many minutes after
 * the start as the session is long, whatever the clocks do in between.
 */
export function occurrencesOf(rule: RecurrenceRule, now: number): Occurrence[] {
  const place = placing(rule)
  const from = Temporal.PlainDate.from(rule.startDate)
  const today = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(rule.timezone)
    .toPlainDate()
  // A start long ago is looked for from today on: what lies between is over.
  const earliest = Temporal.PlainDate.compare(from, today) < 0 ? today : from
  const dates = datesFrom(rule, earliest)
  const hasPassed = Date.parse(place(dates(0)).startAt) <= now
  const dated = hasPassed ? datesFrom(rule, firstOf(rule, earliest).add({ days: 1 })) : dates
  return Array.from({ length: rule.count }, (_, index) => place(dated(index)))
}

interface Dated {
  readonly date: Day
  readonly notes: readonly OccurrenceNote[]
}

/** The date of the n-th occurrence of a series that begins with the first match from a day on. */
function datesFrom(rule: RecurrenceRule, earliest: Day): (index: number) => Dated {
  const base = firstOf(rule, earliest)
  const { frequency, on } = rule
  if (frequency !== 'monthly') {
    const step = frequency === 'weekly' ? 7 : 14
    return (index) => ({ date: base.add({ days: step * index }), notes: [] })
  }
  const month = base.toPlainYearMonth()
  if ('dayOfMonth' in on) return (index) => dayIn(month.add({ months: index }), on.dayOfMonth)
  const ordinal = Math.ceil(base.day / 7)
  return (index) => weekdayIn(month.add({ months: index }), base.dayOfWeek, ordinal)
}

function firstOf({ on }: RecurrenceRule, earliest: Day): Day {
  if ('weekday' in on) {
    const wanted = WEEKDAYS.indexOf(on.weekday) + 1
    return earliest.add({ days: (wanted - earliest.dayOfWeek + 7) % 7 })
  }
  const month = earliest.toPlainYearMonth()
  const { date } = dayIn(month, on.dayOfMonth)
  if (Temporal.PlainDate.compare(date, earliest) >= 0) return date
  return dayIn(month.add({ months: 1 }), on.dayOfMonth).date
}

function dayIn(month: Temporal.PlainYearMonth, dayOfMonth: number): Dated {
  const day = Math.min(dayOfMonth, month.daysInMonth)
  return { date: month.toPlainDate({ day }), notes: day < dayOfMonth ? ['clamped'] : [] }
}

function weekdayIn(month: Temporal.PlainYearMonth, dayOfWeek: number, ordinal: number): Dated {
  const first = month.toPlainDate({ day: 1 })
  const offset = (dayOfWeek - first.dayOfWeek + 7) % 7
  if (ordinal < 5) return { date: first.add({ days: offset + 7 * (ordinal - 1) }), notes: [] }
  const weeks = Math.floor((month.daysInMonth - 1 - offset) / 7)
  return {
    date: first.add({ days: offset + 7 * weeks }),
    notes: weeks === 4 ? [] : ['fifthIsLast'],
  }
}

/** Puts a date on the clocks of the zone. */
function placing({ time, timezone, durationMinutes }: RecurrenceRule) {
  const wall = Temporal.PlainTime.from(time)
  return ({ date, notes }: Dated): Occurrence => {
    const wanted = date.toPlainDateTime(wall)
    // "Compatible": the later side of a gap, the earlier of an overlap.
    const start = wanted.toZonedDateTime(timezone, { disambiguation: 'compatible' })
    const end = start.add({ minutes: durationMinutes })
    return {
      startAt: inUtc(start),
      endAt: inUtc(end),
      localStart: start.toPlainDateTime().toString({ smallestUnit: 'minute' }),
      offset: start.offset,
      notes: [...notes, ...clockNotes(wanted, start)],
    }
  }
}

const inUtc = (moment: Temporal.ZonedDateTime): string =>
  moment.toInstant().toString({ smallestUnit: 'second' })

function clockNotes(wanted: Temporal.PlainDateTime, start: Temporal.ZonedDateTime) {
  if (!start.toPlainDateTime().equals(wanted)) return ['shifted'] as const
  const other = wanted.toZonedDateTime(start.timeZoneId, { disambiguation: 'later' })
  return other.epochMilliseconds === start.epochMilliseconds ? [] : (['ambiguous'] as const)
}

/** Whether a text is the name of a time zone we know, as `Europe/Paris`. */
export function isTimezone(text: string): boolean {
  if (!/^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/.test(text)) return false
  try {
    Temporal.Now.instant().toZonedDateTimeISO(text)
    return true
  } catch {
    return false
  }
}
