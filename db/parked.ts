import { sql } from 'kysely'
import { newId } from './ids.ts'
import { markDropped, markParked, receiveAgain } from './inbound-events.ts'
import type { TenantTx, Viewer } from './tenant.ts'

interface Parking {
  readonly eventId: string
  readonly reason: string
  /** The missing fact, as `client:<e-mail digest>`; whoever makes it wakes what waits for it. */
  readonly waitsFor: string
}

/**
 * Sets an event aside until a fact appears. Parking and waking take the same lock, so that a fact
 * that is made at this moment is not missed: look for it again after this call.
 */
export async function park(tx: TenantTx, { eventId, reason, waitsFor }: Parking): Promise<void> {
  await lockFact(tx, waitsFor)
  await tx.trx
    .insertInto('parked_item')
    .values({
      organization_id: tx.organizationId,
      id: newId(),
      event_id: eventId,
      reason,
      waits_for: waitsFor,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'event_id'])
        .where('resolved_at', 'is', null)
        .doUpdateSet({ reason, waits_for: waitsFor, retried_at: sql<Date>`now()` }),
    )
    .execute()
  await markParked(tx, eventId, reason)
}

/** A fact has appeared: everything that waits for it is handled again. Answers the events. */
export async function wake(tx: TenantTx, waitsFor: string): Promise<string[]> {
  await lockFact(tx, waitsFor)
  const rows = await tx.trx
    .selectFrom('parked_item')
    .select(['id', 'event_id'])
    .where('organization_id', '=', tx.organizationId)
    .where('waits_for', '=', waitsFor)
    .where('resolved_at', 'is', null)
    .execute()
  for (const { event_id: eventId } of rows) await receiveAgain(tx, { eventId, from: ['parked'] })
  return rows.map(({ event_id }) => event_id)
}

/** Handles one parked item again on a person's word; false when it is not parked. */
export async function retryParked(tx: TenantTx, id: string): Promise<boolean> {
  const item = await openItem(tx, id)
  if (item === undefined) return false
  await tx.trx
    .updateTable('parked_item')
    .set({ retried_at: sql<Date>`now()` })
    .where('organization_id', '=', tx.organizationId)
    .where('id', '=', id)
    .execute()
  return receiveAgain(tx, { eventId: item.event_id, from: ['parked'] })
}

/** Gives one parked item up on a person's word; false when it is not parked. */
export async function dropParked(tx: TenantTx, id: string): Promise<boolean> {
  const item = await openItem(tx, id)
  if (item === undefined) return false
  await resolveParked(tx, { eventId: item.event_id, resolution: 'dropped' })
  await markDropped(tx, item.event_id, 'dropped by a person')
  return true
}

interface Resolution {
  readonly eventId: string
  readonly resolution: 'processed' | 'dropped'
}

/** The event waits no more. */
export async function resolveParked(
  { trx, organizationId }: TenantTx,
  { eventId, resolution }: Resolution,
): Promise<void> {
  await trx
    .updateTable('parked_item')
    .set({ resolved_at: sql<Date>`now()`, resolution })
    .where('organization_id', '=', organizationId)
    .where('event_id', '=', eventId)
    .where('resolved_at', 'is', null)
    .execute()
}

interface ParkedQuery {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of what waits, oldest first, of integrations that the viewer may see. */
export async function listParked(
  { trx, organizationId }: TenantTx,
  viewer: Viewer,
  { cursor, limit }: ParkedQuery,
) {
  const rows = await trx
    .selectFrom('parked_item as p')
    .innerJoin('inbound_event as e', (join) =>
      join.onRef('e.organization_id', '=', 'p.organization_id').onRef('e.id', '=', 'p.event_id'),
    )
    .innerJoin('integration as i', (join) =>
      join
        .onRef('i.organization_id', '=', 'e.organization_id')
        .onRef('i.id', '=', 'e.integration_id'),
    )
    .select(['p.id', 'p.event_id', 'p.reason', 'p.waits_for', 'p.created_at', 'e.integration_id'])
    .where('p.organization_id', '=', organizationId)
    .where('p.resolved_at', 'is', null)
    .$if(!viewer.seesAll, (query) => query.where('i.user_id', '=', viewer.userId))
    .$if(cursor !== undefined, (query) => query.where('p.id', '>', cursor ?? ''))
    .orderBy('p.id')
    .limit(limit + 1)
    .execute()
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  const items = page.map(({ created_at, ...row }) => ({
    ...row,
    created_at: created_at.toISOString(),
  }))
  return { items, nextCursor: last?.id ?? null }
}

const openItem = ({ trx, organizationId }: TenantTx, id: string) =>
  trx
    .selectFrom('parked_item')
    .select('event_id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('resolved_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()

const lockFact = ({ trx, organizationId }: TenantTx, fact: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`${organizationId} ${fact}`}, 0))`.execute(
    trx,
  )
