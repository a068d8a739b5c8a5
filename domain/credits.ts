import type { Instant } from './instant.ts'
import type { SessionState } from './session-state.ts'
import { notEnoughCredits, PACKAGE_EXPIRED } from './session-words.ts'

/** What a session has of a package: nothing yet or no more, a credit set aside, or one used. */
export type CreditState = 'none' | 'held' | 'spent'

/** What can be written into the ledger of a package. */
export const CREDIT_KINDS = [
  'grant',
  'hold',
  'spend',
  'release',
  'refund',
  'expire',
  'adjust',
] as const

/** One of CREDIT_KINDS. */
export type CreditKind = (typeof CREDIT_KINDS)[number]

/** How one line of the ledger changes what is left, held and spent. */
export interface CreditMovement {
  readonly kind: CreditKind
  readonly left: number
  readonly held: number
  readonly spent: number
}

const MOVEMENTS = {
  none: {
    none: [],
    held: [{ kind: 'hold', left: -1, held: 1, spent: 0 }],
    spent: [{ kind: 'spend', left: -1, held: 0, spent: 1 }],
  },
  held: {
    none: [{ kind: 'release', left: 1, held: -1, spent: 0 }],
    held: [],
    spent: [{ kind: 'spend', left: 0, held: -1, spent: 1 }],
  },
  // What is spent is never only held again: a session that was on stays owed until it is off.
  spent: { none: [{ kind: 'refund', left: 1, held: 0, spent: -1 }], held: [], spent: [] },
} as const satisfies Record<CreditState, Record<CreditState, readonly CreditMovement[]>>

/** The line that brings a session's credit from one state to another; none where none is needed. */
export const movementBetween = (from: CreditState, to: CreditState): CreditMovement | undefined =>
  MOVEMENTS[from][to][0]

/** A package as far as credits go. Its counters are the sums over its ledger. */
export interface PackageCredits {
  readonly id: string
  readonly left: number
  readonly held: number
  readonly spent: number
  readonly expired: number
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly expiresAt: number
}

/** A package as people see it. */
export interface PackageStanding {
  readonly sessionsTotal: number
  readonly sessionsUsed: number
  readonly sessionsLeft: number
  readonly isActive: boolean
}

/** What a package has and whether it can pay, at this moment. */
export const standingOf = (
  { left, held, spent, expired, expiresAt }: Omit<PackageCredits, 'id' | 'createdAt'>,
  now: number,
): PackageStanding => ({
  sessionsTotal: left + held + spent + expired,
  sessionsUsed: held + spent,
  sessionsLeft: left,
  isActive: left > 0 && expiresAt > now,
})

/** Of the packages that can pay now, the one that expires first; the older one of equals. */
export function choosePayer<Package extends PackageCredits>(
  packages: readonly Package[],
  now: number,
): Package | undefined {
  const able = packages.filter((one) => standingOf(one, now).isActive)
  return able.toSorted((a, b) => a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1))[0]
}

/** Why a package can't pay for so many sessions now; null where it can. */
export function refusalOf(
  { left, expiresAt }: Pick<PackageCredits, 'left' | 'expiresAt'>,
  { needed, now }: { readonly needed: number; readonly now: number },
): string | null {
  if (expiresAt <= now) return PACKAGE_EXPIRED
  return left < needed ? notEnoughCredits(needed, left) : null
}

/**
 * What a session has to have of the package with this cut-off. It costs a credit while it is on, or
 * when it was called off too late; one that waits for a yes only holds it.
 */
export function owedCredit(
  { status, wasOn, startAt, cancelledAt }: Owing,
  cutOffHours: number,
): CreditState {
  if (status === 'rejected') return 'none'
  if (status === 'scheduled') return 'spent'
  if (status === 'requested') return wasOn ? 'spent' : 'held'
  return wasOn && isLate({ startAt, cancelledAt, cutOffHours }) ? 'spent' : 'none'
}

/** The facts of a session that decide over its credit. */
export type Owing = Pick<SessionState, 'status' | 'wasOn' | 'startAt' | 'cancelledAt'>

const HOUR_MS = 3_600_000

/** Whether a cancellation came after the last moment that gives the credit back. */
function isLate({
  startAt,
  cancelledAt,
  cutOffHours,
}: {
  startAt: Instant
  cancelledAt: Instant | null
  cutOffHours: number
}): boolean {
  if (cancelledAt === null) return false
  return Date.parse(cancelledAt) > Date.parse(startAt) - cutOffHours * HOUR_MS
}
