import { type RawBuilder, sql } from 'kysely'
import type { WholeMeeting } from './booking-rows.ts'
import { type MeetingJson, meetingJson } from './meeting-json.ts'
import type { TenantTx, Viewer } from './tenant.ts'

export type { MeetingJson } from './meeting-json.ts'

interface MeetingQuery {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly prospectId?: string | undefined
  readonly status?: 'active' | 'canceled' | undefined
}

/** A page of the meetings that the viewer may see, newest first. */
export async function listMeetings(
  tx: TenantTx,
  viewer: Viewer,
  { cursor, limit, prospectId, status }: MeetingQuery,
): Promise<{ items: MeetingJson[]; nextCursor: string | null }> {
  const filter = sql<boolean>`
    (${cursor ?? null}::uuid is null or m.id < ${cursor ?? null}::uuid)
    and (${status ?? null}::text is null or m.status = ${status ?? null}::text)
    and (${prospectId ?? null}::uuid is null or exists (select from meeting_invitee f
      where f.organization_id = m.organization_id and f.meeting_id = m.id
        and f.prospect_id = ${prospectId ?? null}::uuid))`
  const rows = await seen(tx, { viewer, filter, limit: limit + 1 })
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { items: page.map(meetingJson), nextCursor: last?.row.id ?? null }
}

/** One meeting, unless it is nobody's or not for this viewer; a merged one answers its survivor. */
export async function readMeeting(
  tx: TenantTx,
  viewer: Viewer,
  id: string,
): Promise<MeetingJson | undefined> {
  const filter = sql<boolean>`m.id = coalesce((select merged_into from meeting g
    where g.organization_id = m.organization_id and g.id = ${id}::uuid), ${id}::uuid)`
  const [whole] = await seen(tx, { viewer, filter, limit: 1 })
  return whole && meetingJson(whole)
}

interface Selection {
  readonly viewer: Viewer
  readonly filter: RawBuilder<boolean>
  readonly limit: number
}

type Whole = Omit<WholeMeeting, 'owners'>

async function seen(
  { trx, organizationId }: TenantTx,
  { viewer, filter, limit }: Selection,
): Promise<Whole[]> {
  const { rows } = await sql<Whole>`
    select to_jsonb(m) as row,
      coalesce((select jsonb_agg(to_jsonb(h)) from meeting_host h
        where h.organization_id = m.organization_id and h.meeting_id = m.id), '[]') as hosts,
      coalesce((select jsonb_agg(to_jsonb(i)) from meeting_invitee i
        where i.organization_id = m.organization_id and i.meeting_id = m.id and i.shown),
        '[]') as invitees
    from meeting m
    where m.organization_id = ${organizationId} and m.merged_into is null and ${filter}
      and (${viewer.seesAll} or exists (select from meeting_host h
          where h.organization_id = m.organization_id and h.meeting_id = m.id
            and h.user_id = ${viewer.userId})
        or exists (select from meeting_invitee i join prospect p
            on p.organization_id = i.organization_id and p.id = i.prospect_id
          where i.organization_id = m.organization_id and i.meeting_id = m.id
            and p.owner_user_id = ${viewer.userId}))
    order by m.id desc limit ${limit}`.execute(trx)
  return rows
}
