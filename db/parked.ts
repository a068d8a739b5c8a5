import { sql } from 'kysely'
import { newId } from './ids.ts'
import { markDropped, markParked, receiveAgain } from './inbound-events.ts'
import { openItem } from './parked-lists.ts'
import type { TenantTx, Viewer } from './tenant.ts'

export { listParked } from './parked-lists.ts'

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

/** Handles one parked item again on a person's word; undefined when it is not theirs to say. */
export async function retryParked(tx: TenantTx, viewer: Viewer, id: string) {
  const item = await openItem(tx, viewer, id)
  if (item === undefined) return undefined
  await tryAgain(tx, { parkedId: id, eventId: item.eventId })
  return item
}

/** Handles a parked event again by itself: a wake-up may have been missed, facts may be made by hand. */
export async function tryAgain(
  tx: TenantTx,
  { parkedId, eventId }: { readonly parkedId: string; readonly eventId: string },
): Promise<void> {
  await noteRetry(tx, parkedId)
  await receiveAgain(tx, { eventId, from: ['parked'] })
}

const noteRetry = ({ trx, organizationId }: TenantTx, id: string) =>
  trx
    .updateTable('parked_item')
    .set({ retried_at: sql<Date>`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute()

/** Gives one parked item up on a person's word; undefined when it is not theirs to say. */
export async function dropParked(tx: TenantTx, viewer: Viewer, id: string) {
  const item = await openItem(tx, viewer, id)
  if (item === undefined) return undefined
  await markDropped(tx, item.eventId, 'dropped by a person')
  return item
}

/** Keeps a fact from being made, or parked for, by anybody else until this transaction ends. */
export const lockFact = ({ trx, organizationId }: TenantTx, fact: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`${organizationId} ${fact}`}, 0))`.execute(
    trx,
  )
