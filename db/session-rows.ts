import type { Insertable, Selectable } from 'kysely'
import { canonicalText } from '../domain/booking-merge.ts'
import type { SessionTable } from './schema-sessions.ts'
import type { LockedClient } from './client-lock.ts'
import { newId } from './ids.ts'
import type { OutboxEvent, TenantTx } from './tenant.ts'

/** A session's row. */
export type SessionRow = Selectable<SessionTable>

/** A session as REST and the sockets show it. */
export interface SessionJson {
  readonly id: string
  readonly client_id: string
  readonly package_id: string | null
  readonly host_user_id: string | null
  readonly series_id: string | null
  readonly provider: string | null
  readonly calcom_booking_id: string | null
  readonly title: string | null
  readonly meeting_link: string | null
  readonly timezone: string | null
  readonly start_at: string
  readonly end_at: string
  readonly status: string
  readonly credit: string
  readonly no_show: boolean
  readonly moved_count: number
  readonly cancelled_at: string | null
  readonly cancelled_by: string | null
  readonly cancellation_reason: string | null
  readonly created_at: string
  readonly updated_at: string
}

/** The row as people may see it. */
export const sessionJson = (row: SessionRow): SessionJson => ({
  id: row.id,
  client_id: row.client_id,
  package_id: row.package_id,
  host_user_id: row.host_user_id,
  series_id: row.series_id,
  provider: row.provider,
  calcom_booking_id: row.calcom_booking_id,
  title: row.title,
  meeting_link: row.meeting_link,
  timezone: row.timezone,
  start_at: row.start_at.toISOString(),
  end_at: row.end_at.toISOString(),
  status: row.status,
  credit: row.credit,
  no_show: row.no_show,
  moved_count: row.moved_count,
  cancelled_at: row.cancelled_at?.toISOString() ?? null,
  cancelled_by: row.cancelled_by,
  cancellation_reason: row.cancellation_reason,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
})

/** What a session is to be. */
export type SessionValues = Omit<
  Insertable<SessionTable>,
  'organization_id' | 'id' | 'created_at' | 'updated_at'
>

/** Makes sessions, all of a client, and tells of each. */
export async function insertSessions(
  tx: TenantTx,
  client: LockedClient,
  sessions: readonly (SessionValues & { readonly id?: string })[],
): Promise<SessionRow[]> {
  const rows = await tx.trx
    .insertInto('session')
    .values(
      sessions.map(({ id = newId(), ...values }) => ({
        organization_id: tx.organizationId,
        id,
        ...values,
      })),
    )
    .returningAll()
    .execute()
  for (const row of rows) tell(tx, { event: 'session:created', row, client })
  return rows
}

interface Update {
  readonly was: SessionRow
  readonly values: Partial<SessionValues>
}

/** Changes a session and tells of it; undefined where nothing differs from what is there. */
export async function updateSession(
  tx: TenantTx,
  client: LockedClient,
  { was, values }: Update,
): Promise<SessionRow | undefined> {
  const before = Object.fromEntries(
    Object.entries(was).filter(([column]) => column in values && column !== 'updated_at'),
  )
  if (canonicalText(before) === canonicalText(values)) return undefined
  const row = await tx.trx
    .updateTable('session')
    .set({ ...values, updated_at: new Date() })
    .where('organization_id', '=', tx.organizationId)
    .where('id', '=', was.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  const event = isOff(row) && !isOff(was) ? 'session:canceled' : 'session:updated'
  tell(tx, { event, row, client })
  return row
}

const isOff = ({ status }: SessionRow): boolean => status === 'cancelled' || status === 'rejected'

interface News {
  readonly event: OutboxEvent
  readonly row: SessionRow
  readonly client: LockedClient
}

function tell(tx: TenantTx, { event, row, client }: News): void {
  const audience = [...client.audience, row.host_user_id].filter((id) => id !== null)
  const payload =
    row.merged_into === null ? sessionJson(row) : { id: row.id, merged_into: row.merged_into }
  tx.emit(event, payload, audience)
}
