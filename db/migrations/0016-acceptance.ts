import { type Kysely, sql } from 'kysely'

/**
 * The door asks for copies, contradictions and closed hooks only where a batch was not stored as a
 * whole: that is how nearly every batch ends, and the questions were half of its price.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(ACCEPT).execute(db)
}

const ACCEPT = `
  create or replace function accept_events(p_ids uuid[], p_endpoints text[], p_kinds text[],
    p_keys text[], p_bodies bytea[], p_hashes bytea[], p_headers text[], p_quarantines text[],
    p_claims boolean[])
  returns table (place integer, answer text, organization_id uuid, integration_id uuid,
    event_id uuid)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  set plan_cache_mode = force_generic_plan as $$
  #variable_conflict use_column
  declare
    v_is_due boolean;
    v_stored integer;
    v_refused integer;
  begin
    perform set_config('app.endpoint', array_to_string(p_endpoints, ','), true);
    select set_config('app.tenants',
        coalesce(string_agg(distinct s.organization_id::text, ','), ''), true) is not null
        and bool_or(s.verify_failures > 0 or s.last_delivery_at is null
          or s.last_delivery_at < now() - interval '5 seconds') into v_is_due
      from subscription s where s.endpoint = any (p_endpoints);

    -- In the order of the key: two batches with the same rows can't wait for each other.
    return query
    with stored as (
      insert into inbound_event (organization_id, id, integration_id, provider, endpoint, kind,
        dedupe_key, body, body_hash, headers, status, reason, started_at)
      select s.organization_id, d.id, s.integration_id, s.provider, s.endpoint, d.kind, d.key,
        d.body, d.hash, d.headers::jsonb,
        case when d.quarantine is not null then 'quarantined'
          when i.wanted = 'paused' then 'held' else 'received' end,
        d.quarantine, case when d.claim and i.wanted <> 'paused' then now() end
      from unnest(p_ids, p_endpoints, p_kinds, p_keys, p_bodies, p_hashes, p_headers,
          p_quarantines, p_claims)
        as d (id, endpoint, kind, key, body, hash, headers, quarantine, claim)
      join subscription s on s.endpoint = d.endpoint
      join integration i on i.organization_id = s.organization_id and i.id = s.integration_id
      where is_open(i.wanted, i.status, s.state, coalesce(s.retired_at, s.deleted_at))
      order by s.organization_id, s.integration_id, d.key
      on conflict (organization_id, integration_id, dedupe_key) do nothing
      returning inbound_event.organization_id, inbound_event.integration_id, inbound_event.id
    )
    select array_position(p_ids, n.id), 'stored', n.organization_id, n.integration_id, n.id
    from stored n;
    get diagnostics v_stored = row_count;

    if v_is_due then
      -- Once in a few seconds, and never waiting: the row of a busy hook must not be a queue.
      with due as (
        select s.organization_id, s.integration_id, s.generation from subscription s
        where s.endpoint = any (p_endpoints) and (s.verify_failures > 0
          or s.last_delivery_at is null or s.last_delivery_at < now() - interval '5 seconds')
        for no key update skip locked
      ), touched as (
        update subscription s set last_delivery_at = now(), verify_failures = 0 from due
        where s.organization_id = due.organization_id and s.integration_id = due.integration_id
          and s.generation = due.generation
        returning s.organization_id, s.integration_id
      )
      update integration i set last_delivery_at = now()
      where (i.organization_id, i.id) in (
        select l.organization_id, l.id from integration l
        join touched t on t.organization_id = l.organization_id and t.integration_id = l.id
        for no key update of l skip locked);
    end if;

    if v_stored < cardinality(p_ids) then
      -- The key of another payload: kept beside the first, set aside, and nothing is lost. What a
      -- sync wrote tells the same in other words, so it is a copy and no conflict.
      insert into inbound_event (organization_id, id, integration_id, provider, endpoint, kind,
        dedupe_key, body, body_hash, headers, status, reason)
      select s.organization_id, d.id, s.integration_id, s.provider, s.endpoint, d.kind,
        d.key || ':' || encode(d.hash, 'hex'), d.body, d.hash, d.headers::jsonb, 'quarantined',
        'conflict: the same event arrived before with another content'
      from unnest(p_ids, p_endpoints, p_kinds, p_keys, p_bodies, p_hashes, p_headers)
        as d (id, endpoint, kind, key, body, hash, headers)
      join subscription s on s.endpoint = d.endpoint
      join integration i on i.organization_id = s.organization_id and i.id = s.integration_id
      cross join lateral (select e.id, e.body_hash, e.source from inbound_event e where e.organization_id = s.organization_id
        and e.integration_id = s.integration_id and e.dedupe_key = d.key limit 1) e
      where e.id <> d.id and e.source = 'webhook' and e.body_hash <> d.hash
        and is_open(i.wanted, i.status, s.state, coalesce(s.retired_at, s.deleted_at))
      order by s.organization_id, s.integration_id, d.key
      on conflict (organization_id, integration_id, dedupe_key) do nothing;

      return query
      select d.place::integer,
        case when s.endpoint is null then 'unknown'
          when not is_open(i.wanted, i.status, s.state, coalesce(s.retired_at, s.deleted_at))
            then 'retired'
          when e.body_hash = d.hash or e.source <> 'webhook' then 'copy'
          else 'conflict' end,
        s.organization_id, s.integration_id, coalesce(c.id, e.id)
      from unnest(p_ids, p_endpoints, p_keys, p_hashes)
        with ordinality as d (id, endpoint, key, hash, place)
      left join subscription s on s.endpoint = d.endpoint
      left join integration i on i.organization_id = s.organization_id and i.id = s.integration_id
      left join lateral (select e.id, e.body_hash, e.source from inbound_event e where e.organization_id = s.organization_id
        and e.integration_id = s.integration_id and e.dedupe_key = d.key limit 1) e on true
      left join lateral (select c.id from inbound_event c where e.body_hash <> d.hash
        and c.organization_id = s.organization_id and c.integration_id = s.integration_id
        and c.dedupe_key = d.key || ':' || encode(d.hash, 'hex') limit 1) c on true
      where e.id is distinct from d.id;

      select count(*) into v_refused from subscription s
        join integration i on i.organization_id = s.organization_id and i.id = s.integration_id
        join unnest(p_endpoints) as d (endpoint) on d.endpoint = s.endpoint
        where not is_open(i.wanted, i.status, s.state, coalesce(s.retired_at, s.deleted_at));
      if v_refused > 0 then
        insert into rejection as r (provider, endpoint_known, reason, count)
        select s.provider, true, 'retired', count(*) from subscription s
        join unnest(p_endpoints) as d (endpoint) on d.endpoint = s.endpoint
        join integration i on i.organization_id = s.organization_id and i.id = s.integration_id
        where not is_open(i.wanted, i.status, s.state, coalesce(s.retired_at, s.deleted_at))
        group by s.provider order by s.provider
        on conflict (provider, endpoint_known, reason, day)
          do update set count = r.count + excluded.count;
      end if;
    end if;
    perform set_config('app.endpoint', '', true), set_config('app.tenants', '', true);
  end $$;
`
