import { sql } from 'kysely'
import type { ProviderName } from '../domain/provider-name.ts'
import { PREPARED } from './prepared.ts'
import type { EventStatus } from './schema.ts'
import type { TenantTx } from './tenant.ts'
import { UNAWAITED } from './unawaited.ts'

export { listEvents, listKept, readEvent, readEvents } from './event-lists.ts'

/** A stored delivery, locked for the transaction that handles it. */
export interface LockedEvent {
  readonly id: string
  readonly integrationId: string
  readonly provider: ProviderName
  readonly source: 'webhook' | 'sync' | 'replay'
  readonly kind: string
  readonly status: EventStatus
  readonly reason: string | null
  readonly purpose: 'prospects' | 'sessions'
  /** The webhook was made by a person: there is no access to read anything again with. */
  readonly isByHand: boolean
  /** Nothing had come from the hook of this integration before. */
  readonly isAwaited: boolean
  readonly receivedAt: Date
  readonly attempts: number
  readonly body: Buffer
}

/**
 * The event with its bytes, locked: its status is the guard that the effect happens once. One of
 * a disconnected account, or whose bytes are purged, is told as dropped, and ends as that.
 */
export async function lockEvent(tx: TenantTx, eventId: string): Promise<LockedEvent | undefined> {
  const [row] = await lockable(tx).where('e.id', '=', eventId).execute()
  return lockedEvent(tx, row)
}

/** The same without waiting for it: ask for the event once a later statement is answered. */
export async function lockEventAhead(
  tx: TenantTx,
  eventId: string,
): Promise<() => Promise<LockedEvent | undefined>> {
  const rows = await lockable(tx).where('e.id', '=', eventId).modifyFront(UNAWAITED).execute()
  return () => lockedEvent(tx, rows[0])
}

async function lockedEvent(tx: TenantTx, row: Row | undefined): Promise<LockedEvent | undefined> {
  // Only told so, it would be handed out for ever.
  if (row?.body === null && row.status === 'received')
    await markDropped(tx, row.id, 'what was delivered is no longer kept')
  return row === undefined ? undefined : told(row)
}

/** Of these events those that nobody else handles right now, locked, in the order of their ids. */
export async function lockFreeEvents(
  tx: TenantTx,
  eventIds: readonly string[],
): Promise<LockedEvent[]> {
  const rows = await lockable(tx)
    .where(sql<boolean>`e.id = any (${eventIds}::uuid[])`)
    .orderBy('e.id')
    .skipLocked()
    .execute()
  return rows.map(told)
}

const lockable = ({ trx, organizationId }: TenantTx) =>
  trx
    .selectFrom('inbound_event as e')
    .modifyFront(PREPARED)
    .innerJoin('integration as i', (join) =>
      join
        .onRef('i.organization_id', '=', 'e.organization_id')
        .onRef('i.id', '=', 'e.integration_id'),
    )
    .select(['e.id', 'e.integration_id as integrationId', 'e.provider', 'e.source', 'e.kind'])
    .select(['e.status', 'e.reason', 'e.body', 'e.attempts', 'e.received_at as receivedAt'])
    .select(['i.purpose', 'i.webhook_only as isByHand'])
    .select(sql<boolean>`i.status = 'waitingForFirstDelivery'`.as('isAwaited'))
    .where('e.organization_id', '=', organizationId)
    .forNoKeyUpdate('e')

type Row = Omit<LockedEvent, 'body'> & { readonly body: Buffer | null }

const told = ({ body, ...row }: Row): LockedEvent =>
  body === null ? { ...row, body: Buffer.alloc(0), status: 'dropped' } : { ...row, body }

/** The effect is done, in this same transaction. */
export const markProcessed = (tx: TenantTx, eventId: string, workflowId: string | null) =>
  markAllProcessed(tx, [eventId], workflowId)

/** The effects of all of them are done, in this same transaction. */
export const markAllProcessed = (tx: TenantTx, ids: readonly string[], workflowId: string | null) =>
  end(tx, ids, { status: 'processed', reason: null, workflow_id: workflowId })

/** Authentic but not understood: kept, shown, not tried again by itself. */
export const markQuarantined = (tx: TenantTx, eventId: string, reason: string) =>
  end(tx, [eventId], { status: 'quarantined', reason })

/** Understood, but something it needs is missing. */
export const markParked = (tx: TenantTx, eventId: string, reason: string) =>
  end(tx, [eventId], { status: 'parked', reason })

/** Asks for nothing. */
export const markDropped = (tx: TenantTx, eventId: string, reason: string) =>
  end(tx, [eventId], { status: 'dropped', reason })

interface Ending {
  readonly status: EventStatus
  readonly reason: string | null
  readonly workflow_id?: string | null
}

async function end({ trx, organizationId }: TenantTx, ids: readonly string[], ending: Ending) {
  const { status, reason, workflow_id: workflowId = null } = ending
  const resolution = status === 'processed' ? 'processed' : 'dropped'
  // For one id the kept plan is the best one; for a list PostgreSQL plans anew every time.
  const among = ids.length === 1 ? sql`= ${ids[0]}` : sql`= any (${ids}::uuid[])`
  // Whatever it was parked for is settled with it, unless parking is how it ended.
  const settled = sql`with settled as (
      update parked_item set resolved_at = now(), resolution = ${resolution}
      where organization_id = ${organizationId} and event_id ${among} and resolved_at is null)`
  await sql`${PREPARED}${UNAWAITED} ${status === 'parked' ? sql`` : settled}
    update inbound_event set status = ${status}, reason = ${reason}, processed_at = now(),
      workflow_id = coalesce(${workflowId}, workflow_id), attempts = attempts + 1
    where organization_id = ${organizationId} and id ${among}`.execute(trx)
}

/** Lets held events go on their way, oldest first; the relay takes them from there. */
export async function releaseHeld(
  { trx, organizationId }: TenantTx,
  { integrationId, limit }: { readonly integrationId: string; readonly limit: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    update inbound_event set status = 'received', started_at = null
    where organization_id = ${organizationId} and id in (
      select id from inbound_event where organization_id = ${organizationId}
        and integration_id = ${integrationId} and status = 'held'
      order by received_at limit ${limit} for no key update)`.execute(trx)
  return Number(numAffectedRows ?? 0n)
}

interface Again {
  readonly eventIds: readonly string[]
  readonly from: readonly EventStatus[]
}

/**
 * Puts events back to the beginning, to be handled once more; answers which: the others are not in
 * `from`, or their bytes are no longer kept.
 */
export async function receiveAllAgain(
  { trx, organizationId }: TenantTx,
  { eventIds, from }: Again,
): Promise<ReadonlySet<string>> {
  // Locked in one order, so that two who ask for the same events never wait for each other.
  const { rows } = await sql<{ id: string }>`
    update inbound_event
    set status = 'received', reason = null, started_at = null, processed_at = null
    where organization_id = ${organizationId} and id in (
      select id from inbound_event where organization_id = ${organizationId}
        and id = any (${eventIds}::uuid[]) and status = any (${from}::text[])
        and body is not null
      order by id for no key update)
    returning id`.execute(trx)
  return new Set(rows.map(({ id }) => id))
}

/** The same for one event; false when it stays as it is. */
export async function receiveAgain(
  tx: TenantTx,
  { eventId, from }: { readonly eventId: string } & Pick<Again, 'from'>,
): Promise<boolean> {
  return (await receiveAllAgain(tx, { eventIds: [eventId], from })).size > 0
}
