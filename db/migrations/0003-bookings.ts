import { type Kysely, sql } from 'kysely'
import { boundToTenant, forceRowSecurity } from '../rights.ts'

/** What arrives, and the prospects and meetings it becomes. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(BOOKINGS).execute(db)
}

const BOOKINGS = `
  create table inbound_event (
    organization_id uuid not null,
    id uuid not null,
    integration_id uuid not null,
    provider text not null,
    source text not null default 'webhook',
    endpoint text,
    kind text not null,
    dedupe_key text not null,
    body bytea,
    body_hash bytea not null,
    headers jsonb not null default '{}',
    received_at timestamptz not null default now(),
    started_at timestamptz,
    processed_at timestamptz,
    status text not null default 'received',
    reason text,
    workflow_id text,
    attempts integer not null default 0,
    primary key (organization_id, id),
    unique (organization_id, integration_id, dedupe_key),
    foreign key (organization_id, integration_id) references integration (organization_id, id),
    constraint inbound_event_source_known check (source in ('webhook', 'sync', 'replay')),
    constraint inbound_event_status_known check (status in
      ('received', 'held', 'processed', 'quarantined', 'parked', 'dropped'))
  ) with (fillfactor = 90);
  create index inbound_event_unclaimed on inbound_event (received_at)
    where status = 'received' and started_at is null;
  create index inbound_event_unfinished on inbound_event (started_at) where status = 'received';
  create index inbound_event_held on inbound_event (organization_id, integration_id)
    where status = 'held';

  -- Authentic by the app-wide key, but nobody's account yet: the operator's, without a tenant.
  create table unrouted_delivery (
    id uuid primary key,
    provider text not null,
    account_uris text[] not null,
    kind text not null,
    dedupe_key text not null,
    body bytea not null,
    body_hash bytea not null,
    headers jsonb not null default '{}',
    received_at timestamptz not null default now(),
    unique (provider, dedupe_key, body_hash)
  );
  create index unrouted_delivery_by_account on unrouted_delivery using gin (account_uris);

  create table rejection (
    provider text not null,
    endpoint_known boolean not null,
    reason text not null,
    day date not null default current_date,
    count bigint not null default 0,
    primary key (provider, endpoint_known, reason, day)
  );

  create table prospect (
    organization_id uuid not null references organization (id),
    id uuid not null,
    email text not null,
    email_normalized text not null,
    name text,
    first_name text,
    last_name text,
    timezone text,
    source text not null,
    owner_user_id uuid,
    owner_fixed boolean not null default false,
    -- Which booking told the details (the latest) and the owner (the first), in whatever order
    -- the deliveries came.
    details_version text not null default '',
    owner_version text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, id),
    unique (organization_id, email_normalized),
    foreign key (organization_id, owner_user_id) references app_user (organization_id, id)
  );
  create index prospect_of_owner on prospect (organization_id, owner_user_id, id);

  create table meeting (
    organization_id uuid not null,
    id uuid not null,
    provider text not null,
    integration_id uuid not null,
    source_account_uri text,
    status text not null,
    name text,
    event_type_uri text,
    start_at timestamptz,
    end_at timestamptz,
    location jsonb,
    join_url text,
    timezone text,
    answers jsonb not null default '[]',
    utm jsonb,
    cancel_url text,
    reschedule_url text,
    guests jsonb not null default '[]',
    capacity integer,
    slot_uri text,
    moved_count integer not null default 0,
    cancellation jsonb,
    merged_into uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, id),
    foreign key (organization_id, integration_id) references integration (organization_id, id),
    foreign key (organization_id, merged_into) references meeting (organization_id, id),
    constraint meeting_status_known check (status in ('active', 'canceled'))
  );
  create index meeting_by_start on meeting (organization_id, start_at);

  create table meeting_slot (
    organization_id uuid not null,
    provider text not null,
    slot_uri text not null,
    meeting_id uuid not null,
    fact jsonb not null,
    primary key (organization_id, provider, slot_uri),
    foreign key (organization_id, meeting_id) references meeting (organization_id, id)
  );
  create index meeting_slot_of_meeting on meeting_slot (organization_id, meeting_id);

  create table meeting_invitee (
    organization_id uuid not null,
    provider text not null,
    invitee_uri text not null,
    meeting_id uuid not null,
    prospect_id uuid,
    slot_uri text,
    old_invitee_uri text,
    new_invitee_uri text,
    -- False for those that a later one of the same person stands for.
    shown boolean not null default true,
    status text not null,
    no_show boolean not null default false,
    name text,
    email text,
    fact jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (organization_id, provider, invitee_uri),
    foreign key (organization_id, meeting_id) references meeting (organization_id, id),
    foreign key (organization_id, prospect_id) references prospect (organization_id, id),
    constraint meeting_invitee_status_known check (status in ('active', 'canceled', 'rescheduled'))
  );
  create index meeting_invitee_of_meeting on meeting_invitee (organization_id, meeting_id);
  create index meeting_invitee_follows on meeting_invitee
    (organization_id, provider, old_invitee_uri) where old_invitee_uri is not null;
  create index meeting_invitee_followed_by on meeting_invitee
    (organization_id, provider, new_invitee_uri) where new_invitee_uri is not null;
  create index meeting_invitee_of_prospect on meeting_invitee (organization_id, prospect_id);

  create table meeting_host (
    organization_id uuid not null,
    meeting_id uuid not null,
    host_uri text not null,
    user_id uuid,
    email text,
    name text,
    primary key (organization_id, meeting_id, host_uri),
    foreign key (organization_id, meeting_id) references meeting (organization_id, id),
    foreign key (organization_id, user_id) references app_user (organization_id, id)
  );
  create index meeting_host_of_user on meeting_host (organization_id, user_id, meeting_id);

  create table parked_item (
    organization_id uuid not null,
    id uuid not null,
    event_id uuid not null,
    reason text not null,
    waits_for text not null,
    created_at timestamptz not null default now(),
    retried_at timestamptz,
    resolved_at timestamptz,
    resolution text,
    primary key (organization_id, id),
    foreign key (organization_id, event_id) references inbound_event (organization_id, id),
    constraint parked_item_resolution_known check (resolution in ('processed', 'dropped'))
  );
  create unique index parked_item_once_per_event on parked_item (organization_id, event_id)
    where resolved_at is null;
  create index parked_item_by_wait on parked_item (organization_id, waits_for)
    where resolved_at is null;

  ${boundToTenant(
    'inbound_event',
    'prospect',
    'meeting',
    'meeting_slot',
    'meeting_invitee',
    'meeting_host',
    'parked_item',
  )}
  grant select, insert, update, delete on inbound_event, prospect, meeting, meeting_slot,
    meeting_invitee, meeting_host, parked_item
    to rendezvous_app;
  ${forceRowSecurity('unrouted_delivery', 'rejection')}
`
