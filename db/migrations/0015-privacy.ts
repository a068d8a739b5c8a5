import { type Kysely, sql } from 'kysely'
import { boundToTenant, throughGate } from '../rights.ts'

/** Sealed columns that the catalog knows, keys that change while everything runs, people who go. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(ANSWERS).execute(db)
  await sql.raw(SEALED).execute(db)
  await sql.raw(ROTATION).execute(db)
  await sql.raw(ERASED).execute(db)
  await sql.raw(ERASING).execute(db)
  await sql.raw(AUDIT).execute(db)
  await sql.raw(OWNERSHIP).execute(db)
}

// An answer may hold a link that connects, and what people are called: it is kept sealed. What was
// kept in clear until now goes; a request repeated across this very update runs again.
const ANSWERS = `
  truncate idempotency;
  alter table idempotency alter column response type text using null;
`

const SEALED = `
  -- Marks a column as sealed: nothing in clear can be stored there, and the rotation finds it.
  create function seal_column(p_table text, p_column text) returns void language plpgsql as $$
  begin
    execute format('alter table %I add constraint %I check (%I ~ ''^s1[.]'')',
      p_table, p_table || '_' || p_column || '_is_sealed', p_column);
    execute format('grant select (organization_id, %I) on %I to rendezvous_gate',
      p_column, p_table);
  end $$;
  revoke all on function seal_column(text, text) from public;

  select seal_column('operation', 'code'), seal_column('operation', 'code_verifier'),
    seal_column('credential', 'access_token'), seal_column('credential', 'refresh_token'),
    seal_column('subscription', 'signing_key'), seal_column('idempotency', 'response');

  create function sealed_columns() returns table (table_name text, column_name text)
  language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select c.relname::text, a.attname::text
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
    where k.contype = 'c' and k.conname = c.relname || '_' || a.attname || '_is_sealed'
    order by 1, 2
  $$;
  revoke all on function sealed_columns() from public;
  grant execute on function sealed_columns() to rendezvous_app, rendezvous_gate;

  -- Only the functions below set this, for themselves: elsewhere the gate sees no such row.
  create policy credential_to_reseal on credential for select to rendezvous_gate
    using (current_setting('app.sealing', true) = 'on');
  create policy subscription_to_reseal on subscription for select to rendezvous_gate
    using (current_setting('app.sealing', true) = 'on');
`

const ROTATION = `
  -- Organizations with something sealed under another key than this one, a few at a time.
  create function organizations_to_reseal(p_key text, p_after uuid, p_limit integer)
  returns table (organization_id uuid)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
  set app.sealing = 'on' as $$
  declare
    v_parts text;
  begin
    select string_agg(format('select organization_id from %I where %I is not null
        and split_part(%I, ''.'', 2) <> $1 and ($2 is null or organization_id > $2)',
      table_name, column_name, column_name), ' union ') into v_parts from sealed_columns();
    return query execute v_parts || ' order by 1 limit $3' using p_key, p_after, p_limit;
  end $$;

  -- The ids of all keys that anything is sealed under: each must be in the ring.
  create function sealed_key_ids() returns table (key_id text)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
  set app.sealing = 'on' as $$
  declare
    v_parts text;
  begin
    select string_agg(format('select split_part(%I, ''.'', 2) from %I where %I is not null',
      column_name, table_name, column_name), ' union ') into v_parts from sealed_columns();
    return query execute v_parts;
  end $$;

  -- The canary goes to a new key last: from then on the old one is not needed.
  create function move_canary(p_from text, p_to text) returns boolean
  language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with moved as (
      update operator_setting set value = p_to where name = 'canary' and value = p_from returning 1
    )
    select exists (select from moved)
  $$;
  grant update (value) on operator_setting to rendezvous_gate;
`

const ERASED = `
  -- Bookings of people who were erased, by the hash of their opaque id at the provider: a late
  -- delivery or a sync does not bring them back.
  create table erased_booking (
    organization_id uuid not null references organization (id),
    provider text not null,
    uri_hash bytea not null,
    erased_at timestamptz not null default now(),
    primary key (organization_id, provider, uri_hash)
  );
  ${boundToTenant('erased_booking')}
  grant select, insert on erased_booking to rendezvous_app;

  -- Whether one of these bookings of this transaction's tenant is a person's who was erased.
  create function erased_among(p_provider text, p_uris text[]) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from erased_booking
      where organization_id = nullif(current_setting('app.organization', true), '')::uuid
        and provider = p_provider
        and uri_hash in (select sha256(convert_to(uri, 'UTF8')) from unnest(p_uris) as uri))
  $$;
  revoke all on function erased_among(text, text[]) from public;
  grant execute on function erased_among(text, text[]) to rendezvous_app;
`

const ERASING = `
  -- What of a person lies where the app itself may change nothing: frames for sockets, mail that
  -- nobody has claimed but that is about accounts of this organization, and their way in.
  create function erase_traces(p_pattern text, p_ids uuid[], p_users uuid[]) returns bigint
  language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with tenant as (
      select nullif(current_setting('app.organization', true), '')::uuid as id
    ), account as (
      select array_remove(array_agg(provider_user_uri) || array_agg(provider_organization_uri), null)
        as uris
      from integration where organization_id = (select id from tenant)
    ), frame as (
      delete from outbox where organization_id = (select id from tenant)
        and (payload::text ~* p_pattern or payload ->> 'id' = any (p_ids::text[]))
      returning 1
    ), mail as (
      delete from unrouted_delivery where account_uris && (select uris from account)
        and encode(body, 'escape') ~* p_pattern
      returning 1
    ), way as (
      delete from identity where organization_id = (select id from tenant)
        and user_id = any (p_users)
      returning 1
    ), person as (
      update app_user set subject = 'erased ' || id, name = null
      where organization_id = (select id from tenant) and id = any (p_users)
      returning 1
    )
    select (select count(*) from frame) + (select count(*) from mail)
  $$;
  grant select (payload) on outbox to rendezvous_gate;
  grant select (body, account_uris) on unrouted_delivery to rendezvous_gate;
  grant delete on session_booking to rendezvous_app;
  grant delete on identity to rendezvous_gate;
  grant update (subject, name) on app_user to rendezvous_gate;
`

// A trigger for rows is not asked when a whole table is emptied.
const AUDIT = `
  create trigger audit_entry_never_empties before truncate on audit_entry
    for each statement execute function refuse_change();
  create trigger credit_entry_never_empties before truncate on credit_entry
    for each statement execute function refuse_ledger_change();
  -- The database says when something was done: nobody can date an entry back.
  revoke insert on audit_entry from rendezvous_app;
  grant insert (organization_id, id, actor_user_id, action, subject, detail) on audit_entry
    to rendezvous_app;
`

const OWNERSHIP = `
  ${throughGate(
    'rendezvous_app',
    'organizations_to_reseal(text,uuid,integer)',
    'sealed_key_ids()',
    'move_canary(text,text)',
    'erase_traces(text,uuid[],uuid[])',
  )}
`
