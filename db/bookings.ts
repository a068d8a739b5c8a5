import type { BookingEvent } from '../domain/booking.ts'
import { tellBooking } from './booking-news.ts'
import { planBooking } from './booking-plan.ts'
import {
  type KnownLineage,
  loadLineage,
  lockLineage,
  lockMeetings,
  peopleBehind,
} from './booking-load.ts'
import { writeBooking } from './booking-write.ts'
import type { TenantTx } from './tenant.ts'

interface Booking {
  readonly integrationId: string
  readonly event: BookingEvent
  /** The inbound event behind it, locked by the caller; null for what a sync found. */
  readonly eventId: string | null
  /** Locked and read already, in this transaction. */
  readonly lineage?: KnownLineage | undefined
}

/** What one event did. */
export interface Applied {
  readonly prospectId: string
  readonly meetingId: string
  readonly created: boolean
  readonly changed: boolean
}

/**
 * Makes the records say what is known after this event, whichever came before it: prospect,
 * meeting, people, and one outbox row for each that really changed. A copy or a late event that
 * teaches nothing changes nothing; one of a person who was erased neither, and answers 'erased'.
 */
export async function applyBooking(tx: TenantTx, booking: Booking): Promise<Applied | 'erased'> {
  const { event } = booking
  if (booking.lineage === undefined) await lockLineage(tx, event)
  let known = booking.lineage ?? (await loadLineage(tx, booking))
  // Meetings in reach are locked and read again: another event of a long chain may hold them.
  for (let locked = new Set<string>(); known.meetings.some(({ id }) => !locked.has(id)); ) {
    await lockMeetings(tx, known)
    locked = new Set(known.meetings.map(({ id }) => id))
    known = await loadLineage(tx, booking)
  }
  if (known.is_erased) return 'erased'
  const people = peopleBehind(booking, known.accounts)
  const plan = planBooking({ tx, booking, people, known })
  await writeBooking(tx, [plan])
  tellBooking(tx, plan)
  return {
    prospectId: plan.prospect.row.id,
    meetingId: plan.meetingId,
    created: plan.meetings.some(({ change }) => change === 'created'),
    changed:
      plan.prospect.change !== 'none' ||
      plan.merged.length > 0 ||
      plan.meetings.some(({ change }) => change !== 'none'),
  }
}
