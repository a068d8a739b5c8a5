import { sql } from 'kysely'
import type { Occurrence } from '../domain/recurrence.ts'
import type { TenantTx } from './tenant.ts'

interface Wanted {
  readonly clientId: string
  readonly hostUserId: string
  readonly dates: readonly Occurrence[]
}

/** Whose other session takes the time of a date; by its place among the dates. */
export interface Conflict {
  readonly index: number
  readonly isOfClient: boolean
  readonly isOfHost: boolean
}

/**
 * The dates at which client or host have a session already. It tells that, and nothing of the
 * session: whoever asks may not see it.
 */
export async function conflictsWith(
  { trx, organizationId }: TenantTx,
  { clientId, hostUserId, dates }: Wanted,
): Promise<Conflict[]> {
  const { rows } = await sql<Conflict>`
    select d.place::int - 1 as index, bool_or(s.client_id = ${clientId}) as "isOfClient",
      bool_or(s.host_user_id is not distinct from ${hostUserId}::uuid) as "isOfHost"
    from jsonb_array_elements(${JSON.stringify(dates)}::jsonb) with ordinality as d (told, place)
    join session s on s.organization_id = ${organizationId}
      and (s.client_id = ${clientId} or s.host_user_id = ${hostUserId})
      and s.merged_into is null and s.status in ('scheduled', 'requested')
      and s.start_at < (d.told ->> 'endAt')::timestamptz
      and s.end_at > (d.told ->> 'startAt')::timestamptz
    group by d.place order by d.place`.execute(trx)
  return rows
}
