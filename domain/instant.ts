/**
 * A point in time as `2026-11-25T14:00:00.000000Z`: always UTC and always six decimals, so that
 * two of them compare as texts. `canonicalInstant` makes them.
 */
export type Instant = string

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/

/** Bookings are made for people alive: another year is a mistake, and databases choke on some. */
const FIRST_YEAR = 2000
const LAST_YEAR = 2199

/**
 * The point in time a text means, in the one spelling we compare; undefined unless the text is a
 * date of the calendar (no 30 February) with time and zone, in a sane year.
 */
export function canonicalInstant(text: string): Instant | undefined {
  const parts = SHAPE.exec(text)
  if (parts === null) return undefined
  const year = Number(parts[1])
  const month = Number(parts[2])
  const day = Number(parts[3])
  const hour = Number(parts[4])
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12) return undefined
  if (day < 1 || day > daysOf(year, month)) return undefined
  if (hour > 23 || Number(parts[5]) > 59 || Number(parts[6]) > 59) return undefined
  const offset = offsetMinutes(parts[8] ?? 'Z')
  if (offset === undefined) return undefined
  return `${inUtc(text.slice(0, 19), offset)}.${(parts[7] ?? '').padEnd(6, '0').slice(0, 6)}Z`
}

const daysOf = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Providers tell UTC nearly always: then there is nothing to compute. */
const inUtc = (local: string, offset: number): string =>
  offset === 0
    ? local
    : new Date(Date.parse(`${local}Z`) - offset * 60_000).toISOString().slice(0, 19)

function offsetMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 14 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** The instant of a number of unix milliseconds. */
export const instantOf = (milliseconds: number): Instant =>
  `${new Date(milliseconds).toISOString().slice(0, 23)}000Z`

/** The last moment of the second an instant falls into. */
export const endOfSecond = (instant: Instant): Instant => `${instant.slice(0, 19)}.999999Z`

/** Whether two instants fall into the same second. */
export const isSameSecond = (a: Instant, b: Instant): boolean => a.slice(0, 19) === b.slice(0, 19)
