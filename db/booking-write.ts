import { sql } from 'kysely'
import type { BookingPlan } from './booking-plan.ts'
import type { TenantTx } from './tenant.ts'

/** Writes everything that differs in one statement; nothing at all where nothing does. */
export async function writeBooking({ trx, organizationId }: TenantTx, plan: BookingPlan) {
  const { prospect, meetings, merged, slots, invitees } = plan
  const dirty = meetings.filter(({ isDirty }) => isDirty)
  const nothing = !prospect.isDirty && dirty.length + merged.length + slots.length === 0
  if (nothing && invitees.length === 0) return
  const prospects = json(prospect.isDirty ? [prospect.row] : [])
  const rows = json(dirty.map(({ after }) => after.row))
  const hosts = json(dirty.flatMap(({ after }) => after.hosts))
  const ids = [...dirty.map(({ after }) => after.row.id), ...merged.map(({ id }) => id)]
  const gone = json(merged.map(({ id, into }) => ({ id, merged_into: into.row.id })))
  // The checks of the foreign keys run after the whole statement, so its parts may come together.
  await sql`
    with new_prospect as (
      insert into prospect select * from jsonb_populate_recordset(null::prospect, ${prospects})
      on conflict (organization_id, id) do update set email = excluded.email,
        name = excluded.name, first_name = excluded.first_name, last_name = excluded.last_name,
        timezone = excluded.timezone, owner_user_id = excluded.owner_user_id,
        details_version = excluded.details_version, owner_version = excluded.owner_version,
        updated_at = excluded.updated_at
    ), new_meeting as (
      insert into meeting select * from jsonb_populate_recordset(null::meeting, ${rows})
      on conflict (organization_id, id) do update set status = excluded.status,
        name = excluded.name, event_type_uri = excluded.event_type_uri,
        start_at = excluded.start_at, end_at = excluded.end_at, location = excluded.location,
        join_url = excluded.join_url, timezone = excluded.timezone, answers = excluded.answers,
        utm = excluded.utm, cancel_url = excluded.cancel_url,
        reschedule_url = excluded.reschedule_url, guests = excluded.guests,
        capacity = excluded.capacity, slot_uri = excluded.slot_uri,
        moved_count = excluded.moved_count, cancellation = excluded.cancellation,
        updated_at = excluded.updated_at
    ), new_slot as (
      insert into meeting_slot
        select * from jsonb_populate_recordset(null::meeting_slot, ${json(slots)})
      on conflict (organization_id, provider, slot_uri) do update
        set meeting_id = excluded.meeting_id, fact = excluded.fact
    ), new_invitee as (
      insert into meeting_invitee
        select * from jsonb_populate_recordset(null::meeting_invitee, ${json(invitees)})
      on conflict (organization_id, provider, invitee_uri) do update
        set meeting_id = excluded.meeting_id, prospect_id = excluded.prospect_id,
          slot_uri = excluded.slot_uri, old_invitee_uri = excluded.old_invitee_uri,
          new_invitee_uri = excluded.new_invitee_uri, shown = excluded.shown,
          status = excluded.status, no_show = excluded.no_show, name = excluded.name,
          email = excluded.email, fact = excluded.fact, updated_at = excluded.updated_at
    ), host as (
      select * from jsonb_populate_recordset(null::meeting_host, ${hosts})
    ), no_host as (
      delete from meeting_host h where h.organization_id = ${organizationId}
        and h.meeting_id = any (${ids}::uuid[])
        and not exists (select from host n
          where n.meeting_id = h.meeting_id and n.host_uri = h.host_uri)
    ), new_host as (
      insert into meeting_host select * from host
      on conflict (organization_id, meeting_id, host_uri) do update
        set user_id = excluded.user_id, email = excluded.email, name = excluded.name
    )
    update meeting m set merged_into = g.merged_into, updated_at = now()
    from jsonb_populate_recordset(null::meeting, ${gone}) as g
    where m.organization_id = ${organizationId} and m.id = g.id`.execute(trx)
}

const json = (rows: readonly object[]) => sql`${JSON.stringify(rows)}::jsonb`
