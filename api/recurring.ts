import type { Static } from 'typebox'
import type { PackageJson } from '../db/packages.ts'
import type { Conflict } from '../db/session-conflicts.ts'
import { refusalOf } from '../domain/credits.ts'
import { isTimezone, type Occurrence, type RecurrenceRule } from '../domain/recurrence.ts'
import {
  CONFLICT_WORDS,
  DAY_OF_MONTH_MONTHLY,
  NOTE_WORDS,
  NOTHING_BOOKED_ELSEWHERE,
  UNKNOWN_TIMEZONE,
  WEEKDAY_NEEDED,
} from '../domain/session-words.ts'
import { HttpProblem } from './problems.ts'
import type { PreviewWish } from './series-schemas.ts'

/** What a person asks for, preview or not. */
export type RecurringWish = Static<typeof PreviewWish>

/** The rule that a request means; a session lasts as long as its package says, if not told. */
export function ruleOf(wish: RecurringWish, sessionMinutes: number): RecurrenceRule {
  const { frequency, count, time, timezone, startDate, durationMinutes = sessionMinutes } = wish
  if (!isTimezone(timezone)) throw new HttpProblem('invalid-input', UNKNOWN_TIMEZONE)
  return { frequency, count, on: dayOf(wish), time, timezone, startDate, durationMinutes }
}

function dayOf({ frequency, weekday, dayOfMonth }: RecurringWish): RecurrenceRule['on'] {
  if (dayOfMonth !== undefined) {
    if (frequency !== 'monthly') throw new HttpProblem('invalid-input', DAY_OF_MONTH_MONTHLY)
    return { dayOfMonth }
  }
  if (weekday === undefined) throw new HttpProblem('invalid-input', WEEKDAY_NEEDED)
  return { weekday }
}

interface Asked {
  readonly dates: readonly Occurrence[]
  readonly conflicts: readonly Conflict[]
  readonly now: number
}

/** The dates a request would make, with what is special about each, and whether they can be paid. */
export function previewOf(
  rule: Pick<RecurrenceRule, 'durationMinutes'>,
  payer: Pick<PackageJson, 'sessions_left' | 'expires_at'>,
  { dates, conflicts, now }: Asked,
) {
  const refusal = refusalOf(creditsIn(payer), { needed: dates.length, now })
  return {
    dates: dates.map(({ startAt, endAt, localStart, offset, notes }, place) => ({
      start_at: startAt,
      end_at: endAt,
      local_start: localStart,
      offset,
      notes: [
        ...notes.map((kind) => ({ kind, text: NOTE_WORDS[kind] })),
        ...takenBy(conflicts.find(({ index }) => index === place)),
      ],
    })),
    duration_minutes: rule.durationMinutes,
    credits_needed: dates.length,
    credits_left: payer.sessions_left,
    can_be_paid: refusal === null,
    refusal,
    notice: NOTHING_BOOKED_ELSEWHERE,
  }
}

function takenBy(conflict: Conflict | undefined) {
  const kinds = [
    ...(conflict?.isOfClient === true ? (['clientBusy'] as const) : []),
    ...(conflict?.isOfHost === true ? (['hostBusy'] as const) : []),
  ]
  return kinds.map((kind) => ({ kind, text: CONFLICT_WORDS[kind] }))
}

/** The two facts of a package that say whether it can pay. */
export const creditsIn = ({
  sessions_left,
  expires_at,
}: Pick<PackageJson, 'sessions_left' | 'expires_at'>) => ({
  left: sessions_left,
  expiresAt: Date.parse(expires_at),
})
