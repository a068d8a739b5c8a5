import { sql } from 'kysely'
import type { EventStatus } from './schema.ts'
import { pageOf } from './page.ts'
import type { TenantTx, Viewer } from './tenant.ts'

interface EventQuery {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly status?: EventStatus | undefined
  readonly integrationId?: string | undefined
}

/** An inbound event as REST shows it: its story, without the body. */
export interface EventJson {
  readonly id: string
  readonly integration_id: string
  readonly provider: string
  readonly source: string
  readonly kind: string
  readonly status: EventStatus
  readonly reason: string | null
  readonly received_at: string
  readonly started_at: string | null
  readonly processed_at: string | null
  readonly workflow_id: string | null
  readonly attempts: number
}

/** A page of the inbound events of integrations that the viewer may see, newest first. */
export async function listEvents(
  tx: TenantTx,
  viewer: Viewer,
  { cursor, limit, status, integrationId }: EventQuery,
): Promise<{ items: EventJson[]; nextCursor: string | null }> {
  const rows = await seen(tx, viewer)
    .$if(status !== undefined, (query) => query.where('e.status', '=', status ?? 'received'))
    .$if(integrationId !== undefined, (query) =>
      query.where('e.integration_id', '=', integrationId ?? ''),
    )
    .$if(cursor !== undefined, (query) => query.where('e.id', '<', cursor ?? ''))
    .orderBy('e.id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, eventJson)
}

/** One inbound event, unless it is nobody's or not for this viewer. */
export async function readEvent(
  tx: TenantTx,
  viewer: Viewer,
  id: string,
): Promise<EventJson | undefined> {
  const row = await seen(tx, viewer).where('e.id', '=', id).executeTakeFirst()
  return row && eventJson(row)
}

/** Those of some inbound events that the viewer may see. */
export async function readEvents(
  tx: TenantTx,
  viewer: Viewer,
  ids: readonly string[],
): Promise<EventJson[]> {
  const rows = await seen(tx, viewer)
    .where(sql<boolean>`e.id = any (${ids}::uuid[])`)
    .orderBy('e.id')
    .execute()
  return rows.map(eventJson)
}

/** A time in which events came, and which of them are meant. */
export interface EventWindow {
  readonly from: Date
  /** The first moment after it. */
  readonly to: Date
  readonly integrationId?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of the events of a window in one of these statuses whose bytes are kept, oldest first. */
export async function listKept(
  tx: TenantTx,
  viewer: Viewer,
  { from, to, integrationId, cursor, limit, statuses }: EventWindow & Statuses,
): Promise<{ items: EventJson[]; nextCursor: string | null }> {
  const rows = await seen(tx, viewer)
    .where('e.received_at', '>=', from)
    .where('e.received_at', '<', to)
    .where('e.status', 'in', statuses)
    .where('e.body', 'is not', null)
    .$if(integrationId !== undefined, (query) =>
      query.where('e.integration_id', '=', integrationId ?? ''),
    )
    .$if(cursor !== undefined, (query) => query.where('e.id', '>', cursor ?? ''))
    .orderBy('e.id')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, eventJson)
}

interface Statuses {
  readonly statuses: readonly EventStatus[]
}

const seen = ({ trx, organizationId }: TenantTx, viewer: Viewer) =>
  trx
    .selectFrom('inbound_event as e')
    .innerJoin('integration as i', (join) =>
      join
        .onRef('i.organization_id', '=', 'e.organization_id')
        .onRef('i.id', '=', 'e.integration_id'),
    )
    .select([
      'e.id',
      'e.integration_id',
      'e.provider',
      'e.source',
      'e.kind',
      'e.status',
      'e.reason',
    ])
    .select(['e.received_at', 'e.started_at', 'e.processed_at', 'e.workflow_id', 'e.attempts'])
    .where('e.organization_id', '=', organizationId)
    .$if(!viewer.seesAll, (query) => query.where('i.user_id', '=', viewer.userId))

type Row = Omit<EventJson, 'received_at' | 'started_at' | 'processed_at'> & {
  readonly received_at: Date
  readonly started_at: Date | null
  readonly processed_at: Date | null
}

const eventJson = (row: Row): EventJson => ({
  ...row,
  received_at: row.received_at.toISOString(),
  started_at: row.started_at?.toISOString() ?? null,
  processed_at: row.processed_at?.toISOString() ?? null,
})
