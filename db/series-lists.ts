import { sql } from 'kysely'
import type { RecurrenceRule } from '../domain/recurrence.ts'
import type { SeriesStatus } from './schema-sessions.ts'
import { seenBy } from './sight.ts'
import { pageOf } from './page.ts'
import type { TenantTx, Viewer } from './tenant.ts'

/** A series as REST shows it. */
export interface SeriesJson {
  readonly id: string
  readonly client_id: string
  readonly package_id: string
  readonly host_user_id: string
  readonly created_by: string
  readonly status: SeriesStatus
  readonly reason: string | null
  readonly rule: RecurrenceRule
  readonly sessions_scheduled: number
  readonly sessions_cancelled: number
  readonly created_at: string
  readonly finished_at: string | null
}

interface SeriesQuery {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly clientId?: string | undefined
}

/** A page of the series that the viewer may see, newest first. */
export async function listSeries(
  tx: TenantTx,
  viewer: Viewer,
  { cursor, limit, clientId }: SeriesQuery,
): Promise<{ items: SeriesJson[]; nextCursor: string | null }> {
  const rows = await seen(tx, viewer)
    .$if(clientId !== undefined, (query) => query.where('r.client_id', '=', clientId ?? ''))
    .$if(cursor !== undefined, (query) => query.where('r.id', '<', cursor ?? ''))
    .orderBy('r.id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, jsonOf)
}

/** One series, unless it is nobody's or not for this viewer. */
export async function readSeries(
  tx: TenantTx,
  viewer: Viewer,
  id: string,
): Promise<SeriesJson | undefined> {
  const row = await seen(tx, viewer).where('r.id', '=', id).executeTakeFirst()
  return row && jsonOf(row)
}

const seen = ({ trx, organizationId }: TenantTx, viewer: Viewer) =>
  trx
    .selectFrom('session_series as r')
    .select([
      'r.id',
      'r.client_id',
      'r.package_id',
      'r.host_user_id',
      'r.created_by',
      'r.status',
      'r.reason',
      'r.rule',
      'r.created_at',
      'r.finished_at',
    ])
    .select([
      countOf('scheduled').as('sessions_scheduled'),
      countOf('cancelled').as('sessions_cancelled'),
    ])
    .where('r.organization_id', '=', organizationId)
    .where(seenBy(viewer, 'r'))

const countOf = (status: 'scheduled' | 'cancelled') =>
  sql<number>`(select count(*)::int from session s where s.organization_id = r.organization_id
    and s.series_id = r.id and s.status = ${status})`

type Row = Awaited<ReturnType<ReturnType<typeof seen>['executeTakeFirstOrThrow']>>

const jsonOf = ({ created_at, finished_at, ...row }: Row): SeriesJson => ({
  ...row,
  created_at: created_at.toISOString(),
  finished_at: finished_at?.toISOString() ?? null,
})
