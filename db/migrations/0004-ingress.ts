import { type Kysely, sql } from 'kysely'
import { throughGate } from '../rights.ts'

/**
 * The narrow door of the ingress. Its role may execute these functions and touch nothing else.
 * They belong to a role that bypasses no row security, and the rows they see are those of the
 * endpoints and tenants they themselves have just named.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(POLICIES).execute(db)
  await sql.raw(KEYS).execute(db)
  await sql.raw(ACCEPT).execute(db)
  await sql.raw(OWNERSHIP).execute(db)
}

const POLICIES = `
  create policy subscription_of_endpoint on subscription for select to rendezvous_gate
    using (endpoint = any ((select string_to_array(current_setting('app.endpoint', true), ','))::text[]));
  create policy subscription_touched on subscription for update to rendezvous_gate
    using (endpoint = any ((select string_to_array(current_setting('app.endpoint', true), ','))::text[]))
    with check (endpoint = any ((select string_to_array(current_setting('app.endpoint', true), ','))::text[]));
  create policy integration_of_gate on integration for select to rendezvous_gate using (true);
  create policy integration_touched on integration for update to rendezvous_gate
    using (organization_id = any ((select string_to_array(current_setting('app.tenants', true), ','))::uuid[]))
    with check (organization_id = any ((select string_to_array(current_setting('app.tenants', true), ','))::uuid[]));
  create policy inbound_event_of_gate on inbound_event for select to rendezvous_gate using (true);
  create policy inbound_event_accepted on inbound_event for insert to rendezvous_gate
    with check (organization_id = any ((select string_to_array(current_setting('app.tenants', true), ','))::uuid[]));
  create policy unrouted_delivery_of_gate on unrouted_delivery to rendezvous_gate
    using (true) with check (true);
  create policy rejection_of_gate on rejection to rendezvous_gate using (true) with check (true);
  create policy operator_setting_of_gate on operator_setting to rendezvous_gate
    using (true) with check (true);

  grant select (organization_id, integration_id, generation, provider, endpoint, signing_key, state,
    account_user_uri, account_organization_uri, last_delivery_at, verify_failures, rejections,
    retired_at, deleted_at),
    update (last_delivery_at, verify_failures, rejections) on subscription to rendezvous_gate;
  grant select (organization_id, id, provider, scope, wanted, status, wanted_revision,
    observed_revision, provider_user_uri, provider_organization_uri, last_delivery_at),
    update (last_delivery_at) on integration to rendezvous_gate;
  grant select (organization_id, id, integration_id, dedupe_key, body_hash, source, status,
    received_at, started_at, processed_at),
    insert, update (started_at) on inbound_event to rendezvous_gate;
  grant select, insert, delete on unrouted_delivery to rendezvous_gate;
  grant select, insert, update on rejection, operator_setting to rendezvous_gate;
`

const KEYS = `
  create function endpoint_keys(p_endpoint text)
  returns table (organization_id uuid, integration_id uuid, generation integer, provider text,
    endpoint text, signing_key text, state text, account_user_uri text,
    account_organization_uri text, wanted text, retired_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  begin
    if p_endpoint !~ '^[A-Za-z0-9_-]{22,64}$' then return; end if;
    perform set_config('app.endpoint', p_endpoint, true);
    return query
      select s.organization_id, s.integration_id, s.generation, s.provider, s.endpoint,
        s.signing_key, s.state, s.account_user_uri, s.account_organization_uri, i.wanted,
        coalesce(s.retired_at, s.deleted_at)
      from subscription s
      join integration i on i.organization_id = s.organization_id and i.id = s.integration_id
      where s.endpoint = p_endpoint;
    perform set_config('app.endpoint', '', true);
  end $$;

  -- Which endpoints serve an account. The policy shows none of them, so the search by account
  -- has a policy of its own, bound to the account that this function has just named.
  create policy subscription_of_account on subscription for select to rendezvous_gate
    using (nullif(current_setting('app.account', true), '')
      in (account_user_uri, account_organization_uri));
  create index subscription_by_account on subscription (account_user_uri);
  create index subscription_by_account_organization on subscription (account_organization_uri);

  create function keys_for_account(p_account text)
  returns table (organization_id uuid, integration_id uuid, generation integer, provider text,
    endpoint text, signing_key text, state text, account_user_uri text,
    account_organization_uri text, wanted text, retired_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  begin
    perform set_config('app.account', p_account, true);
    return query
      select s.organization_id, s.integration_id, s.generation, s.provider, s.endpoint,
        s.signing_key, s.state, s.account_user_uri, s.account_organization_uri, i.wanted,
        coalesce(s.retired_at, s.deleted_at)
      from subscription s
      join integration i on i.organization_id = s.organization_id and i.id = s.integration_id
      where (s.account_user_uri = p_account
          or (s.account_organization_uri = p_account and s.scope = 'organization'))
        and (s.state in ('live', 'creating')
          or coalesce(s.retired_at, s.deleted_at) > now() - interval '48 hours')
        and i.wanted <> 'disconnected'
      order by s.state = 'live' desc, s.generation desc, s.integration_id
      limit 8;
    perform set_config('app.account', '', true);
  end $$;
  grant select (scope) on subscription to rendezvous_gate;
`

const ACCEPT = `
  -- Its plans are kept by each session and may be made while the table is still empty, when
  -- reading all of it looks cheap: so the order (limit 1) and the indexes are prescribed.
  create function accept_events(p_ids uuid[], p_endpoints text[], p_kinds text[], p_keys text[],
    p_bodies bytea[], p_hashes bytea[], p_headers text[], p_quarantines text[],
    p_claims boolean[])
  returns table (place integer, answer text, organization_id uuid, integration_id uuid,
    event_id uuid)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
  #variable_conflict use_column
  declare
    v_tenants text;
    v_refused integer;
  begin
    perform set_config('app.endpoint', array_to_string(p_endpoints, ','), true);
    select string_agg(distinct s.organization_id::text, ',') into v_tenants
      from subscription s where s.endpoint = any (p_endpoints);
    perform set_config('app.tenants', coalesce(v_tenants, ''), true);

    -- In the order of the key: two batches with the same rows can't wait for each other.
    insert into inbound_event (organization_id, id, integration_id, provider, endpoint, kind,
      dedupe_key, body, body_hash, headers, status, reason, started_at)
    select s.organization_id, d.id, s.integration_id, s.provider, s.endpoint, d.kind, d.key,
      d.body, d.hash, d.headers::jsonb,
      case when d.quarantine is not null then 'quarantined'
        when i.wanted = 'paused' then 'held' else 'received' end,
      d.quarantine, case when d.claim and i.wanted <> 'paused' then now() end
    from unnest(p_ids, p_endpoints, p_kinds, p_keys, p_bodies, p_hashes, p_headers, p_quarantines,
        p_claims)
      as d (id, endpoint, kind, key, body, hash, headers, quarantine, claim)
    join subscription s on s.endpoint = d.endpoint
    join integration i on i.organization_id = s.organization_id and i.id = s.integration_id
    where is_open(i.wanted, i.status, s.state, coalesce(s.retired_at, s.deleted_at))
    order by s.organization_id, s.integration_id, d.key
    on conflict (organization_id, integration_id, dedupe_key) do nothing;

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

    return query
    select d.place::integer,
      case when s.endpoint is null then 'unknown'
        when not is_open(i.wanted, i.status, s.state, coalesce(s.retired_at, s.deleted_at))
          then 'retired'
        when e.id = d.id then 'stored'
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
    order by d.place;

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
    perform set_config('app.endpoint', '', true), set_config('app.tenants', '', true);
  end $$;

  -- Deliveries of a retired generation are taken for 48 hours; of a left account, never. Without a
  -- search path of its own, so that it is inlined: its callers all set theirs.
  create function is_open(wanted text, status text, state text, ended timestamptz) returns boolean
  language sql stable as $$
    select wanted <> 'disconnected' and status not in ('disconnecting', 'disconnected')
      and (state in ('creating', 'live') or ended > now() - interval '48 hours')
  $$;
`

const OWNERSHIP = `
  ${throughGate(
    'rendezvous_ingress',
    'endpoint_keys(text)',
    'keys_for_account(text)',
    'accept_events(uuid[],text[],text[],text[],bytea[],bytea[],text[],text[],boolean[])',
  )}
  revoke all on function is_open(text, text, text, timestamptz) from public;
  grant execute on function is_open(text, text, text, timestamptz) to rendezvous_gate;
  revoke all on function refuse_change() from public;
`
