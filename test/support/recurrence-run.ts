import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { occurrencesOf, type RecurrenceRule, WEEKDAYS } from '../../domain/recurrence.ts'
import { type Asked, createClocks, type Expected, expectedOf } from './recurrence-oracle.ts'

/** Zones that skip and repeat an hour, half an hour, midnight, the other way round, or nothing. */
export const ZONES = [
  'UTC',
  'Europe/Paris',
  'Europe/London',
  'America/New_York',
  'America/St_Johns',
  'America/Havana',
  'America/Santiago',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
] as const

/** What a run compared, and what it met; the digest is over every date of every series. */
export interface Compared {
  readonly timezone: string
  readonly series: number
  readonly gaps: number
  readonly overlaps: number
  readonly shortMonths: number
  readonly digest: string
  readonly wrong: readonly string[]
}

const NOW = Date.parse('2026-11-21T12:00:00Z')
const DAY = 86_400_000
const FROM = Date.UTC(2026, 5, 1)

/** Clocks change in spring and autumn, nearly always on a Sunday: most rules go there. */
const aroundAChange = fc
  .record({
    year: fc.integer({ min: 2027, max: 2031 }),
    month: fc.constantFrom(1, 2, 8, 9),
    day: fc.integer({ min: 15, max: 45 }),
  })
  .map(({ year, month, day }) => Date.UTC(year, month, day))

/** Within what the clocks of one of the zones skip or repeat. */
const atNight = fc.constantFrom(15, 30, 90, 135, 150, 165, 180)

const asked: fc.Arbitrary<Asked> = fc.record({
  frequency: fc.constantFrom('weekly', 'weekly', 'weekly', 'biweekly', 'monthly', 'monthly'),
  count: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(1, 2, 4, 5, 6) },
    fc.integer({ min: 1, max: 52 }),
  ),
  weekday: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 6 })),
  dayOfMonth: fc.constantFrom(null, null, 31, 30, 29, 1, 15),
  minutes: fc.oneof({ weight: 4, arbitrary: atNight }, fc.integer({ min: 0, max: 1_439 })),
  startDay: fc.oneof(
    { weight: 4, arbitrary: aroundAChange },
    fc.integer({ min: 0, max: 365 * 5 }).map((days) => FROM + days * DAY),
  ),
  durationMinutes: fc.constantFrom(30, 60, 90),
})

/** Enough that each oddity is met often; `RECURRENCE_RULES=5000` takes minutes. */
export const RULES = Number(process.env['RECURRENCE_RULES'] ?? 1_000)
const SEED = 20_261_121

/** Compares in a process of its own, whose zone is this one. */
export async function compareIn(timezone: string): Promise<Compared> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename], {
    env: { ...process.env, TZ: timezone },
  })
  return JSON.parse(stdout) as Compared
}

/** Compares so many random rules in every zone with the oracle, under this process's own zone. */
function compareRules({ rules, seed }: { rules: number; seed: number }): Compared {
  const clocks = ZONES.map((zone) => ({ zone, clocks: createClocks(zone) }))
  const digest = createHash('sha256')
  const met = { series: 0, gaps: 0, overlaps: 0, shortMonths: 0 }
  const wrong: string[] = []
  for (const one of fc.sample(asked, { numRuns: rules, seed }))
    for (const { zone, clocks: of } of clocks) {
      const expected = expectedOf(one, of, NOW)
      const rule = ruleOf(one, zone)
      const made = occurrencesOf(rule, NOW)
      met.series += 1
      met.gaps += expected.filter(({ kind }) => kind === 'gap').length
      met.overlaps += expected.filter(({ kind }) => kind === 'overlap').length
      met.shortMonths += expected.filter(({ isShort }) => isShort).length
      const told = made.map((date) =>
        textOf(date.startAt, date.endAt, [date.localStart, ...date.notes]),
      )
      const wanted = expected.map((date) => wantedText(date, one))
      digest.update(told.join())
      if (told.join() !== wanted.join() && wrong.length < 3)
        wrong.push(`${JSON.stringify(rule)}: ${told.join()} instead of ${wanted.join()}`)
    }
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return { timezone, ...met, digest: digest.digest('hex'), wrong }
}

function ruleOf(one: Asked, timezone: string): RecurrenceRule {
  const weekday = WEEKDAYS[(one.weekday + 6) % 7] ?? 'monday'
  const isByDay = one.frequency === 'monthly' && one.dayOfMonth !== null
  return {
    frequency: one.frequency,
    count: one.count,
    on: isByDay ? { dayOfMonth: one.dayOfMonth ?? 1 } : { weekday },
    time: new Date(one.minutes * 60_000).toISOString().slice(11, 16),
    timezone,
    startDate: new Date(one.startDay).toISOString().slice(0, 10),
    durationMinutes: one.durationMinutes,
  }
}

const textOf = (start: string, end: string, rest: readonly string[]): string =>
  [start, end, ...rest].join(' ')

const inUtc = (moment: number): string => new Date(moment).toISOString().replace('.000Z', 'Z')

function wantedText({ start, wall, kind, isShort }: Expected, one: Asked): string {
  const short = one.dayOfMonth === null ? 'fifthIsLast' : 'clamped'
  return textOf(inUtc(start), inUtc(start + one.durationMinutes * 60_000), [
    new Date(wall).toISOString().slice(0, 16),
    ...(isShort ? [short] : []),
    ...(kind === 'gap' ? ['shifted'] : kind === 'overlap' ? ['ambiguous'] : []),
  ])
}

if (import.meta.main)
  process.stdout.write(JSON.stringify(compareRules({ rules: RULES, seed: SEED })))
