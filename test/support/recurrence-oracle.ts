/**
 * What a series must be, found by trying: days one after the other, and clocks as `Intl` shows
 * them. Slow and simple on purpose; it knows nothing of the product or its calendar library.
 */
export interface Asked {
  readonly frequency: 'weekly' | 'biweekly' | 'monthly'
  readonly count: number
  /** 0 is Sunday. */
  readonly weekday: number
  readonly dayOfMonth: number | null
  /** Minutes after midnight. */
  readonly minutes: number
  /** Midnight of the day, as if it were UTC. */
  readonly startDay: number
  readonly durationMinutes: number
}

/** One date as it must be; epoch milliseconds, and the wall clock as if it were UTC. */
export interface Expected {
  readonly start: number
  readonly wall: number
  readonly kind: 'plain' | 'gap' | 'overlap'
  readonly isShort: boolean
}

const MINUTE = 60_000
const DAY = 1_440 * MINUTE

/** The clocks of one zone, as `Intl` shows them. */
export function createClocks(timeZone: string) {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const offsets = new Map<number, number>()
  /** No zone has changed its clocks but at a quarter of an hour for decades. */
  function offsetAt(moment: number): number {
    const quarter = Math.floor(moment / (15 * MINUTE)) * 15 * MINUTE
    const known = offsets.get(quarter)
    if (known !== undefined) return known
    const offset = Date.parse(`${format.format(quarter).replace(' ', 'T')}:00Z`) - quarter
    offsets.set(quarter, offset)
    return offset
  }
  const known = new Set<number>()
  for (let day = Date.UTC(2025, 0, 1); day < Date.UTC(2036, 0, 1); day += DAY)
    known.add(offsetAt(day))

  /** Every moment at which the clocks show this, earliest first. */
  const momentsOf = (wall: number): number[] =>
    [...known]
      .map((offset) => wall - offset)
      .filter((moment) => moment + offsetAt(moment) === wall)
      .toSorted((a, b) => a - b)

  function resolve(wall: number): Omit<Expected, 'isShort'> {
    const [first, second] = momentsOf(wall)
    if (first !== undefined)
      return { start: first, wall, kind: second === undefined ? 'plain' : 'overlap' }
    let before = wall
    while (momentsOf(before).length === 0) before -= MINUTE
    let after = wall
    while (momentsOf(after).length === 0) after += MINUTE
    const shown = wall + (after - before - MINUTE)
    return { start: momentsOf(shown)[0] ?? Number.NaN, wall: shown, kind: 'gap' }
  }
  return { resolve, offsetAt }
}

/** The dates of a series, by trying. */
export function expectedOf(
  asked: Asked,
  { resolve }: ReturnType<typeof createClocks>,
  now: number,
): Expected[] {
  let first = asked.startDay
  while (!isMatch(asked, first) || resolve(first + asked.minutes * MINUTE).start <= now)
    first += DAY
  return daysFrom(asked, first).map(({ day, isShort }) => ({
    ...resolve(day + asked.minutes * MINUTE),
    isShort,
  }))
}

function isMatch({ frequency, weekday, dayOfMonth }: Asked, day: number): boolean {
  const date = new Date(day)
  if (frequency !== 'monthly' || dayOfMonth === null) return date.getUTCDay() === weekday
  const isLast = new Date(day + DAY).getUTCDate() === 1
  return date.getUTCDate() === dayOfMonth || (isLast && dayOfMonth > date.getUTCDate())
}

function daysFrom({ frequency, count, dayOfMonth }: Asked, first: number) {
  if (frequency !== 'monthly')
    return Array.from({ length: count }, (_, n) => ({
      day: first + n * (frequency === 'weekly' ? 7 : 14) * DAY,
      isShort: false,
    }))
  const date = new Date(first)
  return Array.from({ length: count }, (_, n) => {
    const days = daysIn(date.getUTCFullYear(), date.getUTCMonth() + n)
    const isLater = (day: number): boolean => new Date(day).getUTCDate() === dayOfMonth
    if (dayOfMonth !== null) {
      const exact = days.find(isLater)
      return { day: exact ?? days.at(-1) ?? 0, isShort: exact === undefined }
    }
    const same = days.filter((day) => new Date(day).getUTCDay() === date.getUTCDay())
    const place = daysIn(date.getUTCFullYear(), date.getUTCMonth())
      .filter((day) => new Date(day).getUTCDay() === date.getUTCDay())
      .indexOf(first)
    return { day: same[place] ?? same.at(-1) ?? 0, isShort: same[place] === undefined }
  })
}

function daysIn(year: number, month: number): number[] {
  const days: number[] = []
  const start = Date.UTC(year, month, 1)
  const wanted = new Date(start).getUTCMonth()
  for (let day = start; new Date(day).getUTCMonth() === wanted; day += DAY) days.push(day)
  return days
}
