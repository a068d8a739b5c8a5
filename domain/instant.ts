import type { Instant } from './booking.ts'

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
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map(Number)
  if (year < FIRST_YEAR || year > LAST_YEAR || hour > 23 || minute > 59 || second > 59)
    return undefined
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  // A day that the month does not have rolls over into the next one.
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day) return undefined
  const offset = offsetMinutes(parts[8] ?? 'Z')
  if (offset === undefined) return undefined
  const whole = new Date(local.getTime() - offset * 60_000).toISOString().slice(0, 19)
  return `${whole}.${(parts[7] ?? '').padEnd(6, '0').slice(0, 6)}Z`
}

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
