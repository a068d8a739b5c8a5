import { type Kysely, sql } from 'kysely'
import { throughGate } from '../rights.ts'

/**
 * What must be found before the tenant is known. Every function answers ids and statuses only;
 * all else is read as the tenant.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(POLICIES).execute(db)
  await sql.raw(PEOPLE).execute(db)
  await sql.raw(WORK).execute(db)
  await sql.raw(UNROUTED).execute(db)
  await sql.raw(OWNERSHIP).execute(db)
}

const POLICIES = `
  do $$
  declare t text;
  begin
    foreach t in array array['organization', 'app_user', 'identity', 'organization_counter',
      'outbox', 'idempotency']
    loop
      execute format('create policy %I on %I to rendezvous_gate using (true) with check (true)',
        t || '_of_gate', t);
    end loop;
    foreach t in array array['api_key', 'operation', 'cleanup_debt', 'parked_item']
    loop
      execute format('create policy %I on %I for select to rendezvous_gate using (true)',
        t || '_of_gate', t);
    end loop;
  end $$;
  create policy inbound_event_claimed on inbound_event for update to rendezvous_gate
    using (true) with check (true);

  grant select, insert on organization, identity to rendezvous_gate;
  grant select, insert, update (name, role) on app_user to rendezvous_gate;
  grant select, insert on organization_counter to rendezvous_gate;
  grant select (organization_id, seq, created_at), delete on outbox to rendezvous_gate;
  grant select (organization_id, user_id, route, key, created_at), delete on idempotency
    to rendezvous_gate;
  grant select (organization_id, id, hash, revoked_at) on api_key to rendezvous_gate;
  grant select (organization_id, id, kind, state_hash, ticket_hash, ready_at, started_at,
    finished_at) on operation to rendezvous_gate;
  grant select (organization_id, integration_id, paid_at, destroyed_at)
    on cleanup_debt to rendezvous_gate;
  grant select (organization_id, id, event_id, created_at, retried_at, resolved_at)
    on parked_item to rendezvous_gate;
`

const PEOPLE = `
  -- The first token of an organization or a person makes the row; two at once make one.
  create function resolve_identity(p_organization text, p_subject text, p_role text, p_name text,
    p_organization_id uuid, p_user_id uuid)
  returns table (organization_id uuid, user_id uuid, is_elsewhere boolean)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  #variable_conflict use_column
  declare
    v_organization uuid;
    v_identity identity;
  begin
    select id into v_organization from organization where external_id = p_organization;
    select * into v_identity from identity where subject = p_subject;
    if v_identity.subject is not null and v_identity.organization_id is distinct from v_organization
    then
      return query select null::uuid, null::uuid, true;
      return;
    end if;
    if v_organization is null then
      insert into organization (id, external_id, name)
        values (p_organization_id, p_organization, p_organization)
        on conflict (external_id) do nothing;
      select id into v_organization from organization where external_id = p_organization;
      insert into organization_counter (organization_id) values (v_organization)
        on conflict (organization_id) do nothing;
    end if;
    if v_identity.subject is null then
      insert into app_user (organization_id, id, subject, name, role)
        values (v_organization, p_user_id, p_subject, p_name, p_role)
        on conflict (organization_id, subject) do nothing;
      insert into identity (subject, organization_id, user_id)
        select p_subject, u.organization_id, u.id from app_user u
        where u.organization_id = v_organization and u.subject = p_subject
        on conflict (subject) do nothing;
      select * into v_identity from identity where subject = p_subject;
      if v_identity.organization_id <> v_organization then
        raise exception 'the subject belongs to another organization' using errcode = 'RZ001';
      end if;
    end if;
    update app_user u set role = p_role, name = coalesce(p_name, u.name)
      where u.organization_id = v_organization and u.id = v_identity.user_id
        and (u.role <> p_role or u.name is distinct from coalesce(p_name, u.name));
    return query select v_organization, v_identity.user_id, false;
  end $$;

  create function api_key_by_hash(p_hash bytea)
  returns table (organization_id uuid, api_key_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select organization_id, id from api_key where hash = p_hash and revoked_at is null limit 1
  $$;

  create function operation_by_state(p_hash bytea)
  returns table (organization_id uuid, operation_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select organization_id, id from operation where state_hash = p_hash limit 1
  $$;

  create function operation_by_ticket(p_hash bytea)
  returns table (organization_id uuid, operation_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select organization_id, id from operation where ticket_hash = p_hash limit 1
  $$;
`

const WORK = `
  create function unstarted_operations(p_older_than interval, p_limit integer)
  returns table (organization_id uuid, operation_id uuid, kind text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select organization_id, id, kind from operation
    where started_at is null and finished_at is null and ready_at < now() - p_older_than
    order by ready_at limit p_limit
  $$;

  -- Each row goes to one caller; a caller that dies leaves it to unfinished_events.
  create function claim_backlog(p_limit integer)
  returns table (organization_id uuid, event_id uuid)
  language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with next as (
      select organization_id, id from inbound_event
      where status = 'received' and started_at is null
      order by received_at limit p_limit for no key update skip locked
    )
    update inbound_event e set started_at = now() from next
    where e.organization_id = next.organization_id and e.id = next.id
    returning e.organization_id, e.id
  $$;

  create function parked_to_retry(p_older_than interval, p_limit integer)
  returns table (organization_id uuid, parked_id uuid, event_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select organization_id, id, event_id from parked_item
    where resolved_at is null and coalesce(retried_at, created_at) < now() - p_older_than
    order by coalesce(retried_at, created_at) limit p_limit
  $$;

  create function outbox_heads(p_organizations uuid[])
  returns table (organization_id uuid, seq bigint)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select organization_id, seq from organization_counter
    where organization_id = any (p_organizations)
  $$;
`

const UNROUTED = `
  -- Moves what arrived before its account was connected. Bound to the tenant of the caller, and
  -- to the account that the integration itself holds.
  create function adopt_unrouted(p_integration uuid) returns setof uuid
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  declare
    v_tenant uuid := nullif(current_setting('app.organization', true), '')::uuid;
  begin
    perform set_config('app.tenants', v_tenant::text, true);
    return query
    with taken as (
      delete from unrouted_delivery u using integration i
      where i.organization_id = v_tenant and i.id = p_integration and i.provider = u.provider
        and i.wanted <> 'disconnected' and u.received_at > now() - interval '30 days'
        and (i.provider_user_uri = any (u.account_uris)
          or (i.scope = 'organization' and i.provider_organization_uri = any (u.account_uris)))
      returning u.*
    )
    insert into inbound_event (organization_id, id, integration_id, provider, kind, dedupe_key,
      body, body_hash, headers, received_at)
    select v_tenant, t.id, p_integration, t.provider, t.kind, t.dedupe_key, t.body, t.body_hash,
      t.headers, t.received_at
    from taken t
    on conflict (organization_id, integration_id, dedupe_key) do nothing
    returning id;
    perform set_config('app.tenants', '', true);
  end $$;

  create function rejection_counts(p_since date)
  returns table (provider text, endpoint_known boolean, reason text, count bigint)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select provider, endpoint_known, reason, sum(count)::bigint from rejection
    where day >= p_since group by 1, 2, 3
  $$;
`

const OWNERSHIP = `
  ${throughGate(
    'rendezvous_app',
    'resolve_identity(text,text,text,text,uuid,uuid)',
    'api_key_by_hash(bytea)',
    'operation_by_state(bytea)',
    'operation_by_ticket(bytea)',
    'unstarted_operations(interval,integer)',
    'claim_backlog(integer)',
    'parked_to_retry(interval,integer)',
    'outbox_heads(uuid[])',
    'adopt_unrouted(uuid)',
    'rejection_counts(date)',
  )}
`
