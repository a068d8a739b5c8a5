import { sql } from 'kysely'
import { newId } from './ids.ts'
import type { TenantTx } from './tenant.ts'

interface NewRun {
  readonly integrationId: string
  readonly kind: 'backfill' | 'window' | 'gap'
  readonly from: number
  readonly to: number
  readonly now: number
}

/** Opens the record of one sync, or goes on with one that never read a page; answers its id. */
export async function beginSyncRun({ trx, organizationId }: TenantTx, run: NewRun) {
  const { integrationId, kind, now } = run
  const times = { kind, from_at: new Date(run.from), to_at: new Date(run.to) }
  const begun = await trx
    .updateTable('sync_run')
    .set({ ...times, started_at: new Date(now) })
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('finished_at', 'is', null)
    .where('place', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (begun !== undefined) return begun.id
  const id = newId()
  await trx
    .insertInto('sync_run')
    .values({
      organization_id: organizationId,
      id,
      integration_id: integrationId,
      ...times,
      started_at: new Date(now),
    })
    .execute()
  return id
}

interface Brought {
  readonly runId: string
  readonly created: number
  readonly changed: number
  readonly missedByHook: number
}

/** Adds what was written in this very transaction, so that nothing is counted twice. */
export async function addToSyncRun({ trx, organizationId }: TenantTx, brought: Brought) {
  await trx
    .updateTable('sync_run')
    .set({
      created: sql`created + ${brought.created}`,
      changed: sql`changed + ${brought.changed}`,
      missed_by_hook: sql`missed_by_hook + ${brought.missedByHook}`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', brought.runId)
    .execute()
}

interface PageRead {
  readonly runId: string
  /** Which page it was; reading it again counts nothing. */
  readonly place: string
  readonly seen: number
  readonly unheard: number
}

/** Counts a page once, however often it is read; answers whether it was counted now. */
export async function countPage({ trx, organizationId }: TenantTx, page: PageRead) {
  const { numUpdatedRows } = await trx
    .updateTable('sync_run')
    .set({
      seen: sql`seen + ${page.seen}`,
      unheard: sql`unheard + ${page.unheard}`,
      place: page.place,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', page.runId)
    .where(sql<boolean>`place is distinct from ${page.place}`)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** A sync that is read again from its first page counts anew; what it has written stays counted. */
export async function countSyncAnew({ trx, organizationId }: TenantTx, runId: string) {
  await trx
    .updateTable('sync_run')
    .set({ seen: 0, unheard: 0, place: null })
    .where('organization_id', '=', organizationId)
    .where('id', '=', runId)
    .where('finished_at', 'is', null)
    .execute()
}

/** Closes the record; the first closing stays. */
export async function finishSyncRun(
  { trx, organizationId }: TenantTx,
  { runId, now }: { readonly runId: string; readonly now: number },
): Promise<void> {
  await trx
    .updateTable('sync_run')
    .set({ finished_at: new Date(now) })
    .where('organization_id', '=', organizationId)
    .where('id', '=', runId)
    .where('finished_at', 'is', null)
    .execute()
}

/** Whether a sync that reached back this far has begun since. */
export async function hasReachedBack(
  { trx, organizationId }: TenantTx,
  query: { readonly integrationId: string; readonly from: number; readonly since: number },
): Promise<boolean> {
  const row = await trx
    .selectFrom('sync_run')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', query.integrationId)
    .where('started_at', '>', new Date(query.since))
    .where('from_at', '<=', new Date(query.from))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
