import type { Mutant } from '../mutant.ts'

const RECURRENCE = 'domain/recurrence.ts'
const RECURRENCE_TEST = 'test/domain/recurrence.test.ts'

/** Mistakes in what is counted: doubts, debts, credits and the dates that are paid with them. */
export const LEDGERS: readonly Mutant[] = [
  {
    name: 'closes a gap by a sync that began before it ended',
    file: 'db/gaps.ts',
    from: "where('ended_at', '<=', new Date(startedAt))",
    to: "where('ended_at', '<=', new Date(startedAt + 86_400_000))",
    test: {
      file: 'test/db/gaps.test.ts',
      title: 'is closed only by a sync that began after the doubt was over',
    },
  },
  {
    name: 'begins a doubt when it is noticed, not when delivery was last good',
    file: 'domain/owner-doubts.ts',
    from: 'return [...suspected, { reason: hook.lost, since: goodAt }]',
    to: 'return [...suspected, { reason: hook.lost, since: null }]',
    test: {
      file: 'test/domain/owner-gaps.test.ts',
      title: 'doubts since the last good pass when it finds the hook gone: hookMissing',
    },
  },
  {
    name: 'puts off the end of a debt with each attempt',
    file: 'db/debts.ts',
    from: 'last_error = excluded.last_error`',
    to: 'last_error = excluded.last_error, expires_at = excluded.expires_at`',
    test: {
      file: 'test/db/debts.test.ts',
      title: 'names the hook, counts the attempts and keeps the time of the first',
    },
  },
  {
    name: 'keeps the secrets of an unpaid debt',
    file: 'domain/owner-cleanup.ts',
    from: 'if (now >= (cleanup.owingSince ?? now) + DEBT_LIFE)',
    to: 'if (now >= (cleanup.owingSince ?? now) + 2 * DEBT_LIFE)',
    test: {
      file: 'test/domain/owner.test.ts',
      title: 'destroys the secrets of an unpaid debt after 72 hours',
    },
  },
  {
    name: 'lets a package fall below zero',
    file: 'db/migrations/0012-sessions.ts',
    from: 'client_package_never_below_zero check (credits_left >= 0 and',
    to: 'client_package_never_below_zero check (credits_left >= -9 and',
    test: {
      file: 'test/db/credits.test.ts',
      title: 'refuses in the database itself a line that would take a credit that is not there',
    },
  },
  {
    name: 'pays with a package that has expired',
    file: 'domain/credits.ts',
    from: 'isActive: left > 0 && expiresAt > now,',
    to: 'isActive: left > 0 && (expiresAt > now || left > 0),',
    test: {
      file: 'test/domain/credits.test.ts',
      title: 'counts as used what is held or spent, and as active what can pay',
    },
  },
  {
    name: 'gives a credit back after the cut-off',
    file: 'domain/credits.ts',
    from: "return wasOn && isLate({ startAt, cancelledAt, cutOffHours }) ? 'spent' : 'none'",
    to: "return wasOn && isLate({ startAt, cancelledAt, cutOffHours: 0 * cutOffHours }) ? 'spent' : 'none'",
    test: {
      file: 'test/db/session-bookings.test.ts',
      title: 'gives the credit back before the cut-off and keeps it after',
    },
  },
  {
    name: 'counts each date of a series from the one before',
    file: RECURRENCE,
    from: 'return (index) => dayIn(month.add({ months: index }), on.dayOfMonth)',
    to: 'return (index) => {\n    let at = dayIn(month, on.dayOfMonth)\n    for (let n = 0; n < index; n += 1)\n      at = dayIn(at.date.toPlainYearMonth().add({ months: 1 }), at.date.day)\n    return at\n  }',
    test: {
      file: RECURRENCE_TEST,
      title: 'counts months from the first date, so that a short one shortens no other',
    },
  },
  {
    name: 'begins earlier where the clocks skip the hour',
    file: RECURRENCE,
    from: "timezone, { disambiguation: 'compatible' })",
    to: "timezone, { disambiguation: 'earlier' })",
    test: { file: RECURRENCE_TEST, title: 'moves a time that the clocks skip, on that day alone' },
  },
]
