import type { BookingEvent } from '../domain/booking.ts'
import { type KnownLineage, loadLineage, lockLineage } from './booking-load.ts'
import { type LockedEvent, lockEvent, lockEventAhead } from './inbound-events.ts'
import type { TenantTx } from './tenant.ts'

/** An event locked for the transaction that handles it, and what is known of its booking. */
export interface OpenedEvent {
  readonly event: LockedEvent | undefined
  /** Locked and read; absent where nobody knew before which booking it is about. */
  readonly lineage?: KnownLineage
}

/**
 * Locks the event. Where it is known already what it tells, its booking is locked and read with it
 * in one round trip: the same locks in the same order.
 */
export async function openEvent(
  tx: TenantTx,
  eventId: string,
  told?: { readonly integrationId: string; readonly event: BookingEvent },
): Promise<OpenedEvent> {
  if (told === undefined) return { event: await lockEvent(tx, eventId) }
  const locked = await lockEventAhead(tx, eventId)
  await lockLineage(tx, told.event)
  const lineage = await loadLineage(tx, told)
  return { event: await locked(), lineage }
}
