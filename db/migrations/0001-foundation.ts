import { type Kysely, sql } from 'kysely'
import { boundToTenant, forceRowSecurity } from '../rights.ts'

/** Tenants, their people and keys, the audit, and what the operator alone keeps. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(FOUNDATION).execute(db)
}

const FOUNDATION = `
  revoke all on schema public from public;
  grant usage on schema public to rendezvous_app, rendezvous_ingress, rendezvous_gate;

  create table organization (
    id uuid primary key,
    external_id text not null unique,
    name text not null,
    visibility text not null default 'own',
    created_at timestamptz not null default now(),
    constraint organization_visibility_known check (visibility in ('own', 'shared'))
  );

  create table app_user (
    organization_id uuid not null references organization (id),
    id uuid not null,
    subject text not null,
    name text,
    role text not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, id),
    unique (organization_id, subject),
    constraint app_user_role_known check (role in ('admin', 'member', 'client'))
  );

  -- A subject belongs to one organization for good: no token moves a person to another.
  create table identity (
    subject text primary key,
    organization_id uuid not null,
    user_id uuid not null,
    foreign key (organization_id, user_id) references app_user (organization_id, id)
  );

  create table api_key (
    organization_id uuid not null,
    id uuid not null,
    name text not null,
    prefix text not null,
    hash bytea not null,
    role text not null,
    user_id uuid not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, user_id) references app_user (organization_id, id),
    constraint api_key_role_known check (role in ('admin', 'member', 'client'))
  );
  create index api_key_by_hash on api_key (hash);

  create table audit_entry (
    organization_id uuid not null references organization (id),
    id uuid not null,
    at timestamptz not null default now(),
    actor_user_id uuid,
    action text not null,
    subject text not null,
    detail jsonb not null default '{}',
    primary key (organization_id, id),
    foreign key (organization_id, actor_user_id) references app_user (organization_id, id)
  );

  create function refuse_change() returns trigger language plpgsql as $$
  begin
    raise exception 'the audit is append-only' using errcode = 'insufficient_privilege';
  end $$;
  create trigger audit_entry_stays before update or delete on audit_entry
    for each row execute function refuse_change();

  create table idempotency (
    organization_id uuid not null references organization (id),
    user_id uuid not null,
    route text not null,
    key text not null,
    request_hash bytea not null,
    status integer,
    response jsonb,
    created_at timestamptz not null default now(),
    primary key (organization_id, user_id, route, key)
  );

  -- Committed with the rows it counts, so its lock makes commit order the order of seq.
  create table organization_counter (
    organization_id uuid primary key references organization (id),
    seq bigint not null default 0
  );

  create table outbox (
    organization_id uuid not null references organization_counter (organization_id),
    seq bigint not null,
    event text not null,
    payload jsonb not null,
    audience uuid[] not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, seq)
  );

  create table operator_setting (
    name text primary key,
    value text not null
  );

  ${boundToTenant(
    'app_user',
    'api_key',
    'audit_entry',
    'idempotency',
    'organization_counter',
    'outbox',
  )}
  ${forceRowSecurity('organization', 'identity', 'operator_setting')}
  create policy organization_of_tenant on organization to rendezvous_app
    using (id = nullif(current_setting('app.organization', true), '')::uuid)
    with check (id = nullif(current_setting('app.organization', true), '')::uuid);

  grant select, update (name, visibility) on organization to rendezvous_app;
  grant select, update (name, role) on app_user to rendezvous_app;
  grant select, insert, update on api_key to rendezvous_app;
  grant select, insert on audit_entry to rendezvous_app;
  grant select, insert, update, delete on idempotency to rendezvous_app;
  grant select, update (seq) on organization_counter to rendezvous_app;
  grant select, insert on outbox to rendezvous_app;
`
