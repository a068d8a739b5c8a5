import { type Kysely, sql } from 'kysely'

/**
 * The two statements of a booking as functions: a session plans them once, which is most of what
 * they cost. They run as their caller, so row security binds them like any statement.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(READING).execute(db)
  await sql.raw(WRITING).execute(db)
  await sql.raw(GRANTS).execute(db)
}

// A session keeps its plans and may make them while the tables are empty, when reading all of
// them looks cheap: so the indexes are prescribed.
const SETTINGS = `set search_path = pg_catalog, public, pg_temp set enable_seqscan = off`

const READING = `
  create function booking_lineage(p_organization uuid, p_provider text, p_slots text[],
    p_invitees text[], p_email text)
  returns table (prospect jsonb, meetings jsonb, slots jsonb, invitees jsonb, hosts jsonb)
  language plpgsql stable ${SETTINGS} as $$
  declare
    v_reach uuid[];
  begin
    select to_jsonb(p) into prospect from prospect p
      where p.organization_id = p_organization and p.email_normalized = p_email;
    v_reach := array(
      select meeting_id from meeting_slot where organization_id = p_organization
        and provider = p_provider and slot_uri = any (p_slots)
      union select meeting_id from meeting_invitee where organization_id = p_organization
        and provider = p_provider and invitee_uri = any (p_invitees)
      union select meeting_id from meeting_invitee where organization_id = p_organization
        and provider = p_provider and old_invitee_uri = any (p_invitees)
      union select meeting_id from meeting_invitee where organization_id = p_organization
        and provider = p_provider and new_invitee_uri = any (p_invitees));
    meetings := '[]'; slots := '[]'; invitees := '[]'; hosts := '[]';
    if cardinality(v_reach) > 0 then
      select coalesce(jsonb_agg(to_jsonb(m) order by m.id), '[]') into meetings from meeting m
        where m.organization_id = p_organization and m.id = any (v_reach);
      select coalesce(jsonb_agg(to_jsonb(s)), '[]') into slots from meeting_slot s
        where s.organization_id = p_organization and s.meeting_id = any (v_reach);
      select coalesce(jsonb_agg(to_jsonb(i) || jsonb_build_object('owner_user_id',
          (select p.owner_user_id from prospect p
            where p.organization_id = i.organization_id and p.id = i.prospect_id))), '[]')
        into invitees from meeting_invitee i
        where i.organization_id = p_organization and i.meeting_id = any (v_reach);
      select coalesce(jsonb_agg(to_jsonb(h)), '[]') into hosts from meeting_host h
        where h.organization_id = p_organization and h.meeting_id = any (v_reach);
    end if;
    return next;
  end $$;
`

const WRITING = `
  create function write_booking(p_organization uuid, p_prospects jsonb, p_meetings jsonb,
    p_slots jsonb, p_invitees jsonb, p_hosts jsonb, p_hosted uuid[], p_merged jsonb)
  returns void
  language plpgsql ${SETTINGS} as $$
  begin
    if p_prospects <> '[]' then
      insert into prospect select * from jsonb_populate_recordset(null::prospect, p_prospects)
      on conflict (organization_id, id) do update set email = excluded.email,
        name = excluded.name, first_name = excluded.first_name, last_name = excluded.last_name,
        timezone = excluded.timezone, owner_user_id = excluded.owner_user_id,
        details_version = excluded.details_version, owner_version = excluded.owner_version,
        updated_at = excluded.updated_at;
    end if;
    if p_meetings <> '[]' then
      insert into meeting select * from jsonb_populate_recordset(null::meeting, p_meetings)
      on conflict (organization_id, id) do update set status = excluded.status,
        name = excluded.name, event_type_uri = excluded.event_type_uri,
        start_at = excluded.start_at, end_at = excluded.end_at, location = excluded.location,
        join_url = excluded.join_url, timezone = excluded.timezone, answers = excluded.answers,
        utm = excluded.utm, cancel_url = excluded.cancel_url,
        reschedule_url = excluded.reschedule_url, guests = excluded.guests,
        capacity = excluded.capacity, slot_uri = excluded.slot_uri,
        moved_count = excluded.moved_count, cancellation = excluded.cancellation,
        updated_at = excluded.updated_at;
    end if;
    if p_slots <> '[]' then
      insert into meeting_slot select * from jsonb_populate_recordset(null::meeting_slot, p_slots)
      on conflict (organization_id, provider, slot_uri) do update
        set meeting_id = excluded.meeting_id, fact = excluded.fact;
    end if;
    if p_invitees <> '[]' then
      insert into meeting_invitee
        select * from jsonb_populate_recordset(null::meeting_invitee, p_invitees)
      on conflict (organization_id, provider, invitee_uri) do update
        set meeting_id = excluded.meeting_id, prospect_id = excluded.prospect_id,
          slot_uri = excluded.slot_uri, old_invitee_uri = excluded.old_invitee_uri,
          new_invitee_uri = excluded.new_invitee_uri, shown = excluded.shown,
          status = excluded.status, no_show = excluded.no_show, name = excluded.name,
          email = excluded.email, fact = excluded.fact, updated_at = excluded.updated_at;
    end if;
    delete from meeting_host h where h.organization_id = p_organization
      and h.meeting_id = any (p_hosted)
      and not exists (select from jsonb_populate_recordset(null::meeting_host, p_hosts) n
        where n.meeting_id = h.meeting_id and n.host_uri = h.host_uri);
    if p_hosts <> '[]' then
      insert into meeting_host select * from jsonb_populate_recordset(null::meeting_host, p_hosts)
      on conflict (organization_id, meeting_id, host_uri) do update
        set user_id = excluded.user_id, email = excluded.email, name = excluded.name;
    end if;
    if p_merged <> '[]' then
      update meeting m set merged_into = g.merged_into, updated_at = now()
      from jsonb_populate_recordset(null::meeting, p_merged) as g
      where m.organization_id = p_organization and m.id = g.id;
    end if;
  end $$;
`

const GRANTS = `
  revoke all on function booking_lineage(uuid, text, text[], text[], text),
    write_booking(uuid, jsonb, jsonb, jsonb, jsonb, jsonb, uuid[], jsonb) from public;
  grant execute on function booking_lineage(uuid, text, text[], text[], text),
    write_booking(uuid, jsonb, jsonb, jsonb, jsonb, jsonb, uuid[], jsonb) to rendezvous_app;
`
