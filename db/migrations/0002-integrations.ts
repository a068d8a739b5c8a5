import { type Kysely, sql } from 'kysely'
import { boundToTenant } from '../rights.ts'

/** Connections to provider accounts: what is asked, wanted, held in secret, and still owed. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(INTEGRATIONS).execute(db)
}

const INTEGRATIONS = `
  create table integration (
    organization_id uuid not null references organization (id),
    id uuid not null,
    provider text not null,
    scope text not null default 'user',
    user_id uuid not null,
    purpose text not null default 'prospects',
    provider_account_email text,
    provider_user_uri text,
    provider_organization_uri text,
    status text not null default 'connecting',
    reason text,
    next_step text,
    wanted text not null default 'connected',
    wanted_revision bigint not null default 0,
    observed_revision bigint not null default 0,
    webhook_active boolean not null default false,
    webhook_subscription_uri text,
    callback_url text,
    token_generation integer,
    token_expires_at timestamptz,
    checked_at timestamptz,
    connected_at timestamptz,
    disconnected_at timestamptz,
    disconnected_by uuid,
    base_url text,
    last_delivery_at timestamptz,
    explanation jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, id),
    foreign key (organization_id, user_id) references app_user (organization_id, id),
    constraint integration_provider_known check (provider in ('calendly', 'calcom')),
    constraint integration_scope_known check (scope in ('user', 'organization')),
    constraint integration_purpose_known check (purpose in ('prospects', 'sessions')),
    constraint integration_wanted_known check (wanted in ('connected', 'paused', 'disconnected')),
    constraint integration_status_known check (status in ('connecting', 'live', 'polling',
      'needsAdmin', 'needsScope', 'needsReconnect', 'waitingForFirstDelivery', 'paused',
      'disconnecting', 'disconnected', 'failed'))
  );
  create unique index integration_once_per_user on integration (organization_id, provider, user_id)
    where scope = 'user';
  create unique index integration_once_per_organization on integration (organization_id, provider)
    where scope = 'organization';
  create index integration_by_account on integration (provider_user_uri);
  create index integration_by_account_organization on integration (provider_organization_uri)
    where scope = 'organization';
  create index integration_in_order on integration (id);

  create table operation (
    organization_id uuid not null,
    id uuid not null,
    kind text not null,
    provider text not null,
    scope text not null default 'user',
    user_id uuid not null,
    integration_id uuid,
    ticket_hash bytea,
    state_hash bytea,
    browser_hash bytea,
    code_verifier text,
    code text,
    wanted_revision bigint,
    progress text not null default 'created',
    outcome text,
    reason text,
    next_step text,
    exchange_started_at timestamptz,
    ready_at timestamptz,
    started_at timestamptz,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    finished_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, user_id) references app_user (organization_id, id),
    foreign key (organization_id, integration_id) references integration (organization_id, id),
    constraint operation_kind_known check (kind in
      ('connect', 'reconnect', 'disconnect', 'pause', 'resume')),
    constraint operation_progress_known check (progress in
      ('created', 'opened', 'authorized', 'exchanging', 'waiting', 'done')),
    constraint operation_outcome_known check (outcome in ('live', 'polling', 'needsAdmin',
      'needsScope', 'needsConsent', 'denied', 'superseded', 'paused', 'disconnected', 'failed')),
    constraint operation_ends_with_an_outcome check ((outcome is null) = (finished_at is null))
  );
  create index operation_by_state on operation (state_hash) where state_hash is not null;
  create index operation_by_ticket on operation (ticket_hash) where ticket_hash is not null;
  create index operation_to_start on operation (ready_at)
    where started_at is null and finished_at is null and ready_at is not null;
  create index operation_unfinished on operation (organization_id, integration_id, wanted_revision)
    where finished_at is null;

  create table credential (
    organization_id uuid not null,
    integration_id uuid not null,
    generation integer not null,
    role text not null,
    access_token text,
    refresh_token text,
    account_user_uri text,
    account_organization_uri text,
    account_email text,
    scope text,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    refresh_intent_at timestamptz,
    refresh_tries integer not null default 0,
    dead_reason text,
    created_at timestamptz not null default now(),
    primary key (organization_id, integration_id, generation),
    foreign key (organization_id, integration_id) references integration (organization_id, id),
    constraint credential_role_known check (role in ('incoming', 'current', 'outgoing', 'dead'))
  );
  create unique index credential_current_once on credential (organization_id, integration_id)
    where role = 'current';

  create table subscription (
    organization_id uuid not null,
    integration_id uuid not null,
    generation integer not null,
    provider text not null,
    endpoint text not null,
    base_url text not null,
    callback_url text not null,
    scope text not null,
    account_user_uri text,
    account_organization_uri text,
    remote_uri text,
    signing_key text,
    state text not null default 'creating',
    listed_at timestamptz,
    retry_started_at timestamptz,
    last_delivery_at timestamptz,
    verify_failures integer not null default 0,
    rejections jsonb not null default '{}',
    created_at timestamptz not null default now(),
    retired_at timestamptz,
    deleted_at timestamptz,
    primary key (organization_id, integration_id, generation),
    foreign key (organization_id, integration_id) references integration (organization_id, id),
    constraint subscription_state_known check (state in ('creating', 'live', 'retired', 'deleted')),
    constraint subscription_endpoint_is_opaque check (endpoint ~ '^[A-Za-z0-9_-]{22,64}$')
  );
  create index subscription_by_endpoint on subscription (endpoint);

  create table cleanup_debt (
    organization_id uuid not null,
    id uuid not null,
    integration_id uuid not null,
    kind text not null,
    remote_uri text,
    credential_generation integer,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    paid_at timestamptz,
    destroyed_at timestamptz,
    attempts integer not null default 0,
    last_error text,
    primary key (organization_id, id),
    foreign key (organization_id, integration_id) references integration (organization_id, id),
    constraint cleanup_debt_kind_known check (kind in ('hook', 'token'))
  );
  create index cleanup_debt_open on cleanup_debt (organization_id, integration_id)
    where paid_at is null and destroyed_at is null;

  create table sync_run (
    organization_id uuid not null,
    id uuid not null,
    integration_id uuid not null,
    kind text not null,
    from_at timestamptz not null,
    to_at timestamptz not null,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    seen integer not null default 0,
    created integer not null default 0,
    changed integer not null default 0,
    missed_by_hook integer not null default 0,
    primary key (organization_id, id),
    foreign key (organization_id, integration_id) references integration (organization_id, id),
    constraint sync_run_kind_known check (kind in ('backfill', 'window', 'gap'))
  );
  create index sync_run_latest on sync_run (organization_id, integration_id, started_at desc);

  create table gap (
    organization_id uuid not null,
    id uuid not null,
    integration_id uuid not null,
    reason text not null,
    opened_at timestamptz not null default now(),
    closed_at timestamptz,
    provider_count integer,
    own_count integer,
    recovered integer,
    sync_run_id uuid,
    primary key (organization_id, id),
    foreign key (organization_id, integration_id) references integration (organization_id, id),
    foreign key (organization_id, sync_run_id) references sync_run (organization_id, id)
  );
  create unique index gap_open_once_per_reason on gap (organization_id, integration_id, reason)
    where closed_at is null;

  ${boundToTenant(
    'integration',
    'operation',
    'credential',
    'subscription',
    'cleanup_debt',
    'sync_run',
    'gap',
  )}
  grant select, insert, update, delete on integration, operation, credential, subscription,
    cleanup_debt, sync_run, gap
    to rendezvous_app;
`
