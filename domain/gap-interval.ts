import type { InviteeFact, SlotFact } from './booking.ts'
import { hasMoved } from './lineage.ts'

/** An interval; without an end it lasts. Epoch milliseconds. */
export interface Interval {
  readonly openedAt: number
  readonly endedAt: number | null
}

/**
 * Whether a booking, as the provider shows it now, was made or changed inside an interval. Who was
 * moved elsewhere is told by the successor, so that one booking counts once.
 */
export function touchedIn(
  { openedAt, endedAt }: Interval,
  { slot, invitee }: { readonly slot: SlotFact; readonly invitee: InviteeFact },
): boolean {
  if (hasMoved(invitee)) return false
  const times = [
    invitee.createdAt,
    invitee.updatedAt,
    ...(slot.status === 'canceled' ? [slot.updatedAt] : []),
    ...(invitee.noShowUri === null ? [] : [invitee.noShowAt]),
  ].map((instant) => Date.parse(instant))
  return times.some((at) => at >= openedAt && at <= (endedAt ?? Number.POSITIVE_INFINITY))
}
