import { sql } from 'kysely'
import type { WholeMeeting } from './booking-rows.ts'
import { meetingAudience, meetingJson } from './meeting-json.ts'
import type { TenantTx } from './tenant.ts'

interface Left {
  /** Meetings that named the person. */
  readonly named: readonly string[]
  /** Those of them that the person was in, and who saw them as the owner of that prospect. */
  readonly touched: readonly string[]
  readonly owners: readonly string[]
}

/** Tells the sockets, if and when this commits, how meetings look that go on without the person. */
export async function tellLeft(tx: TenantTx, { named, touched, owners }: Left): Promise<void> {
  const { trx, organizationId } = tx
  // As of now, so that an answer asked for before does not replace what is told here.
  const { rows } = await sql<WholeMeeting>`
    with m as (
      update meeting set updated_at = now()
      where organization_id = ${organizationId} and merged_into is null
        and id = any (${named}::uuid[])
      returning *)
    select to_jsonb(m) as row,
      coalesce((select jsonb_agg(to_jsonb(h)) from meeting_host h
        where h.organization_id = m.organization_id and h.meeting_id = m.id), '[]') as hosts,
      coalesce((select jsonb_agg(to_jsonb(i)) from meeting_invitee i
        where i.organization_id = m.organization_id and i.meeting_id = m.id), '[]') as invitees,
      coalesce((select jsonb_agg(distinct p.owner_user_id) from meeting_invitee i join prospect p
          on p.organization_id = i.organization_id and p.id = i.prospect_id
        where i.organization_id = m.organization_id and i.meeting_id = m.id
          and p.owner_user_id is not null), '[]') as owners
    from m order by m.id`.execute(trx)
  for (const whole of rows) {
    const saw = touched.includes(whole.row.id) ? owners : []
    tx.emit('meeting:updated', meetingJson(whole), [...meetingAudience(whole), ...saw])
  }
}
