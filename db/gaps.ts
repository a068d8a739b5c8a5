import { sql } from 'kysely'
import type { Doubt } from '../domain/doubt.ts'
import { newId } from './ids.ts'
import type { TenantTx } from './tenant.ts'

/** An interval of doubt that no sync has covered yet. Epoch milliseconds. */
export interface OpenGap {
  readonly id: string
  readonly openedAt: number
  /** When the doubt was over; null while it lasts. */
  readonly endedAt: number | null
}

interface Told {
  readonly integrationId: string
  readonly doubts: readonly Doubt[]
  readonly now: number
}

/**
 * Makes the ledger say what is doubtful now: one open gap for each reason, and an end for those
 * that are doubtful no more. A doubt that returns before a sync has covered it is the same gap.
 */
export async function keepGaps(tx: TenantTx, { integrationId, doubts, now }: Told): Promise<void> {
  const { trx, organizationId } = tx
  if (doubts.length > 0)
    await trx
      .insertInto('gap')
      .values(
        doubts.map(({ reason, since }) => {
          const opened_at = new Date(Math.min(since ?? now, now))
          return {
            organization_id: organizationId,
            id: newId(),
            integration_id: integrationId,
            reason,
            opened_at,
            recovered: foundSince(tx, { integrationId, opened_at }),
          }
        }),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['organization_id', 'integration_id', 'reason'])
          .where('closed_at', 'is', null)
          .doUpdateSet({ ended_at: null }),
      )
      .execute()
  await openOnes(tx, integrationId)
    .set({ ended_at: sql<Date>`greatest(${new Date(now)}, opened_at)` })
    .where('ended_at', 'is', null)
    .$if(doubts.length > 0, (query) =>
      query.where(
        'reason',
        'not in',
        doubts.map(({ reason }) => reason),
      ),
    )
    .execute()
}

/** A doubt may begin before the sync whose finds made it known: those are recovered already. */
const foundSince = (
  { organizationId }: TenantTx,
  { integrationId, opened_at }: { readonly integrationId: string; readonly opened_at: Date },
) => sql<number | null>`(select nullif(sum(missed_by_hook + changed), 0)::int from sync_run
  where organization_id = ${organizationId} and integration_id = ${integrationId}
    and kind <> 'backfill' and started_at >= ${opened_at})`

/** Closes what no sync will ever cover, because the account was left. Its counts stay empty. */
export async function abandonGaps(
  tx: TenantTx,
  { integrationId, now }: Omit<Told, 'doubts'>,
): Promise<void> {
  await openOnes(tx, integrationId)
    .set({
      ended_at: sql<Date>`coalesce(ended_at, greatest(${new Date(now)}, opened_at))`,
      closed_at: sql<Date>`greatest(${new Date(now)}, opened_at)`,
      provider_count: null,
      own_count: null,
    })
    .execute()
}

/** The gaps that are not closed, oldest first. */
export async function openGaps(
  { trx, organizationId }: TenantTx,
  integrationId: string,
): Promise<OpenGap[]> {
  const rows = await trx
    .selectFrom('gap')
    .select(['id', 'opened_at', 'ended_at'])
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('closed_at', 'is', null)
    .orderBy('opened_at')
    .execute()
  return rows.map(({ id, opened_at, ended_at }) => ({
    id,
    openedAt: opened_at.getTime(),
    endedAt: ended_at?.getTime() ?? null,
  }))
}

interface Run {
  readonly integrationId: string
  readonly startedAt: number
}

/** A sync that begins now counts anew; what an unfinished one has recovered stays recovered. */
export async function countGapsAnew(tx: TenantTx, { integrationId, startedAt }: Run) {
  await covered(tx, { integrationId, startedAt })
    .set({ provider_count: 0, own_count: 0, recovered: sql<number>`coalesce(recovered, 0)` })
    .execute()
}

interface GapCounts {
  readonly id: string
  /** What the provider shows of it, and how much of that our own records show. */
  readonly shown?: { readonly provider: number; readonly own: number }
  readonly recovered?: number
}

/** Adds what a page or a part of it brought. */
export async function addToGap({ trx, organizationId }: TenantTx, counts: GapCounts) {
  const { id, shown, recovered } = counts
  if (shown === undefined && !recovered) return
  await trx
    .updateTable('gap')
    .set({
      ...(shown !== undefined && {
        provider_count: sql`coalesce(provider_count, 0) + ${shown.provider}`,
        own_count: sql`coalesce(own_count, 0) + ${shown.own}`,
      }),
      ...(recovered !== undefined && {
        recovered: sql`coalesce(recovered, 0) + ${recovered}`,
      }),
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .execute()
}

/** Closes the gaps whose doubt was over before a sync began that has now read everything. */
export async function closeGaps(
  tx: TenantTx,
  { runId, now, ...run }: Run & { readonly runId: string; readonly now: number },
): Promise<void> {
  await covered(tx, run)
    .set({
      closed_at: sql<Date>`greatest(${new Date(now)}, ended_at)`,
      sync_run_id: runId,
      provider_count: sql<number>`coalesce(provider_count, 0)`,
      own_count: sql<number>`coalesce(own_count, 0)`,
      recovered: sql<number>`coalesce(recovered, 0)`,
    })
    .execute()
}

const openOnes = ({ trx, organizationId }: TenantTx, integrationId: string) =>
  trx
    .updateTable('gap')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('closed_at', 'is', null)

const covered = (tx: TenantTx, { integrationId, startedAt }: Run) =>
  openOnes(tx, integrationId).where('ended_at', '<=', new Date(startedAt))
