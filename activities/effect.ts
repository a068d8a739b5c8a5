import { type KnownLineage, lockBookings } from '../db/booking-load.ts'
import { applyBooking } from '../db/bookings.ts'
import type { TenantTx } from '../db/database.ts'
import { ERASED, forgetDeliveries } from '../db/erased.ts'
import { type LockedEvent, markDropped, markProcessed } from '../db/inbound-events.ts'
import { park } from '../db/parked.ts'
import { applySession, type SessionApplied } from '../db/session-bookings.ts'
import type { RemoteEvent } from '../domain/booking.ts'
import { missingFact } from '../domain/parking.ts'
import type { Understood } from '../providers/provider.ts'
import type { EventEnd } from './event-end.ts'

/** How an event ended, with what the log may tell of it. */
export interface End {
  readonly status: EventEnd
  readonly reason?: string
  readonly meetingId?: string
  readonly sessionId?: string
}

/** An understood event, and what a second look at the provider has shown of its booking. */
export interface Known {
  readonly event: LockedEvent
  readonly content: Understood
  readonly seen: readonly RemoteEvent[]
  readonly workflowId: string | null
  /** Of the booking that `content` tells of, where it is locked and read already. */
  readonly lineage?: KnownLineage | undefined
}

/** The effect of an understood event, by what its integration's bookings become. */
export async function applyUnderstood(tx: TenantTx, known: Known): Promise<End> {
  const { event, content, seen } = known
  const { purpose, id: eventId } = event
  const isMeetingOnly = content.event !== null && content.session === null
  const missing = isMeetingOnly ? missingFact(event) : undefined
  if (missing !== undefined) return parked(tx, eventId, missing)
  const says = purpose === 'sessions' ? content.session : content.event
  if (says === null && seen.length === 0) {
    const reason = 'it asks for nothing here'
    await markDropped(tx, eventId, reason)
    return { status: 'dropped', reason }
  }
  return purpose === 'sessions' ? applyAsSession(tx, known) : applyAsMeeting(tx, known)
}

/** What was seen first, since it links bookings that the delivery alone would tell apart. */
async function applyAsSession(tx: TenantTx, known: Known): Promise<End> {
  const { event, content, seen, workflowId } = known
  const { integrationId, id: eventId } = event
  const own = content.session === null ? [] : [content.session]
  const facts = [...seen.flatMap(({ sessions }) => sessions), ...own]
  let last: Exclude<SessionApplied, { kind: 'erased' }> | undefined
  for (const fact of facts) {
    const applied = await applySession(tx, { integrationId, eventId, fact })
    if (applied.kind === 'erased') return erased(tx, eventId)
    // Of others in a series the next sync parks what is missing; this event is about its own.
    if (applied.kind === 'applied' || own.length === 0 || fact === own[0]) last = applied
  }
  if (last?.kind === 'parked') return parked(tx, eventId, last)
  await markProcessed(tx, eventId, workflowId)
  return { status: 'processed', ...(last !== undefined && { sessionId: last.sessionId }) }
}

async function applyAsMeeting(tx: TenantTx, known: Known): Promise<End> {
  const { event, content, seen, workflowId, lineage } = known
  const { integrationId, id: eventId, provider } = event
  const events = [
    ...seen.flatMap(({ slot, invitees }) =>
      (invitees ?? []).map((invitee) => ({ provider, kind: 'seen', slot, invitee }) as const),
    ),
    ...(content.event === null ? [] : [content.event]),
  ]
  if (events.length > 1) await lockBookings(tx, events)
  let meetingId: string | undefined
  for (const one of events) {
    const applied = await applyBooking(tx, { integrationId, event: one, eventId, lineage })
    if (applied === 'erased') return erased(tx, eventId)
    ;({ meetingId } = applied)
  }
  await markProcessed(tx, eventId, workflowId)
  return { status: 'processed', ...(meetingId !== undefined && { meetingId }) }
}

/** Late word of a person who was erased goes where the person went. */
async function erased(tx: TenantTx, eventId: string): Promise<End> {
  await forgetDeliveries(tx, [eventId])
  return { status: 'dropped', reason: ERASED }
}

async function parked(
  tx: TenantTx,
  eventId: string,
  { reason, waitsFor }: { readonly reason: string; readonly waitsFor: string },
): Promise<End> {
  await park(tx, { eventId, reason, waitsFor })
  return { status: 'parked', reason }
}
