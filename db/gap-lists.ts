import type { DoubtReason } from '../domain/doubt.ts'
import { pageOf } from './page.ts'
import type { TenantTx, Viewer } from './tenant.ts'

interface GapQuery {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly integrationId?: string | undefined
}

/** An interval of doubtful delivery as REST shows it. */
export interface GapJson {
  readonly id: string
  readonly integration_id: string
  readonly reason: DoubtReason
  readonly opened_at: string
  readonly ended_at: string | null
  readonly closed_at: string | null
  readonly provider_count: number | null
  readonly own_count: number | null
  readonly recovered: number | null
  readonly sync_run_id: string | null
}

/** A page of the gaps of integrations that the viewer may see, newest first. */
export async function listGaps(
  { trx, organizationId }: TenantTx,
  viewer: Viewer,
  { cursor, limit, integrationId }: GapQuery,
): Promise<{ items: GapJson[]; nextCursor: string | null }> {
  const rows = await trx
    .selectFrom('gap as g')
    .innerJoin('integration as i', (join) =>
      join
        .onRef('i.organization_id', '=', 'g.organization_id')
        .onRef('i.id', '=', 'g.integration_id'),
    )
    .select(['g.id', 'g.integration_id', 'g.reason', 'g.opened_at', 'g.ended_at', 'g.closed_at'])
    .select(['g.provider_count', 'g.own_count', 'g.recovered', 'g.sync_run_id'])
    .where('g.organization_id', '=', organizationId)
    .$if(!viewer.seesAll, (query) => query.where('i.user_id', '=', viewer.userId))
    .$if(integrationId !== undefined, (query) =>
      query.where('g.integration_id', '=', integrationId ?? ''),
    )
    .$if(cursor !== undefined, (query) => query.where('g.id', '<', cursor ?? ''))
    .orderBy('g.id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, ({ opened_at, ended_at, closed_at, ...row }) => ({
    ...row,
    opened_at: opened_at.toISOString(),
    ended_at: ended_at?.toISOString() ?? null,
    closed_at: closed_at?.toISOString() ?? null,
  }))
}
