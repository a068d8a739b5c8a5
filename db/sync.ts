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

/** Opens the record of one sync; answers its id. */
export async function beginSyncRun({ trx, organizationId }: TenantTx, run: NewRun) {
  const id = newId()
  await trx
    .insertInto('sync_run')
    .values({
      organization_id: organizationId,
      id,
      integration_id: run.integrationId,
      kind: run.kind,
      from_at: new Date(run.from),
      to_at: new Date(run.to),
      started_at: new Date(run.now),
    })
    .execute()
  return id
}

interface PageCounts {
  readonly runId: string
  readonly seen: number
  readonly created: number
  readonly changed: number
  readonly missedByHook?: number
}

/** Adds what one page brought. */
export async function addToSyncRun({ trx, organizationId }: TenantTx, page: PageCounts) {
  await trx
    .updateTable('sync_run')
    .set({
      seen: sql`seen + ${page.seen}`,
      created: sql`created + ${page.created}`,
      changed: sql`changed + ${page.changed}`,
      missed_by_hook: sql`missed_by_hook + ${page.missedByHook ?? 0}`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', page.runId)
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
