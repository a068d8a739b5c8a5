import { choosePayer, movementBetween, owedCredit, type CreditState } from '../domain/credits.ts'
import type { SessionState } from '../domain/session-state.ts'
import { type CreditLine, expiredAtOnce, type LockedPackage } from './credit-entries.ts'
import type { SessionRow } from './session-rows.ts'

/** What a session is to have of which package. */
export interface Settlement {
  readonly credit: CreditState
  readonly payer: LockedPackage | undefined
}

interface Question {
  readonly state: SessionState
  readonly session: SessionRow | undefined
  readonly packages: readonly LockedPackage[]
  readonly now: number
}

/**
 * Who pays for a session, and what; 'unpaid' where it is on and nothing can pay. What was called
 * off asks only packages that were there at that time: one bought later owes nothing for it.
 */
export function settle({ state, session, packages, now }: Question): Settlement | 'unpaid' {
  const isOff = state.status === 'cancelled' || state.status === 'rejected'
  const paysAlready = session !== undefined && session.credit !== 'none'
  const paid = packages.find(({ id }) => id === session?.package_id)
  // It was given back by the cut-off of its own package: that of another says nothing of it.
  if (isOff && !paysAlready && paid !== undefined && owedCredit(state, paid.cutOffHours) === 'none')
    return { credit: 'none', payer: paid }
  const payer = paysAlready
    ? paid
    : choosePayer(
        isOff ? packages.filter(({ createdAt }) => createdAt <= offAt(state)) : packages,
        now,
      )
  if (payer === undefined) return isOff ? { credit: 'none', payer } : 'unpaid'
  const owed = owedCredit(state, payer.cutOffHours)
  const isOwedLess = session?.credit === 'spent' && owed === 'held'
  return { credit: isOwedLess ? 'spent' : owed, payer }
}

const offAt = ({ cancelledAt }: SessionState): number =>
  cancelledAt === null ? Infinity : Date.parse(cancelledAt)

interface Move {
  readonly session: Pick<SessionRow, 'id' | 'credit' | 'movements'>
  readonly to: CreditState
  readonly payer: LockedPackage | undefined
  readonly eventId?: string | null
  readonly actorUserId?: string
}

/** The lines that bring a session's credit where it belongs; none where it is there. */
export function creditLines({ session, to, payer, eventId, actorUserId }: Move): CreditLine[] {
  const movement = movementBetween(session.credit, to)
  if (movement === undefined || payer === undefined) return []
  return expiredAtOnce(payer, {
    ...movement,
    packageId: payer.id,
    key: `session:${session.id}:${session.movements + 1}`,
    sessionId: session.id,
    eventId: eventId ?? null,
    ...(actorUserId !== undefined && { actorUserId }),
  })
}
