import { type Kysely, sql } from 'kysely'
import { boundToTenant } from '../rights.ts'

/** Clients, what they have paid for, and the sessions it pays; the ledger follows. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(TABLES).execute(db)
  await sql.raw(RIGHTS).execute(db)
}

const TABLES = `
  create table client (
    organization_id uuid not null references organization (id),
    id uuid not null,
    email text not null,
    email_normalized text not null,
    name text,
    timezone text,
    -- Who signs in as this client, and who made it.
    user_id uuid,
    owner_user_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, id),
    unique (organization_id, email_normalized),
    foreign key (organization_id, user_id) references app_user (organization_id, id),
    foreign key (organization_id, owner_user_id) references app_user (organization_id, id)
  );
  create unique index client_of_user on client (organization_id, user_id)
    where user_id is not null;

  -- The counters are the sums over the ledger; its trigger alone writes them.
  create table client_package (
    organization_id uuid not null,
    id uuid not null,
    client_id uuid not null,
    host_user_id uuid not null,
    session_minutes integer not null,
    cut_off_hours integer not null,
    expires_at timestamptz not null,
    credits_left integer not null default 0,
    credits_held integer not null default 0,
    credits_spent integer not null default 0,
    credits_expired integer not null default 0,
    expired_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, id),
    foreign key (organization_id, client_id) references client (organization_id, id),
    foreign key (organization_id, host_user_id) references app_user (organization_id, id),
    constraint client_package_never_below_zero check (credits_left >= 0 and credits_held >= 0
      and credits_spent >= 0 and credits_expired >= 0),
    constraint client_package_minutes_sane check (session_minutes between 1 and 1440),
    constraint client_package_cut_off_sane check (cut_off_hours between 0 and 8760)
  );
  create index client_package_of_client on client_package (organization_id, client_id);
  create index client_package_of_host on client_package (organization_id, host_user_id);
  create index client_package_to_expire on client_package (expires_at) where expired_at is null;

  create table session_series (
    organization_id uuid not null,
    id uuid not null,
    client_id uuid not null,
    package_id uuid not null,
    host_user_id uuid not null,
    created_by uuid not null,
    idempotency_key text,
    request_hash bytea not null,
    -- The rule as asked for, and the dates as previewed: what is made is what was shown.
    rule jsonb not null,
    dates jsonb not null,
    status text not null default 'creating',
    reason text,
    started_at timestamptz,
    finished_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (organization_id, id),
    foreign key (organization_id, client_id) references client (organization_id, id),
    foreign key (organization_id, package_id) references client_package (organization_id, id),
    foreign key (organization_id, host_user_id) references app_user (organization_id, id),
    foreign key (organization_id, created_by) references app_user (organization_id, id),
    constraint session_series_status_known check (status in
      ('creating', 'scheduled', 'failed', 'cancelled'))
  );
  create unique index session_series_once_per_key on session_series
    (organization_id, created_by, idempotency_key) where idempotency_key is not null;
  create index session_series_unstarted on session_series (created_at)
    where status = 'creating';

  create table session (
    organization_id uuid not null,
    id uuid not null,
    client_id uuid not null,
    package_id uuid,
    host_user_id uuid,
    series_id uuid,
    -- Null for what is kept here only.
    provider text,
    integration_id uuid,
    calcom_booking_id text,
    title text,
    meeting_link text,
    timezone text,
    start_at timestamptz not null,
    end_at timestamptz not null,
    status text not null,
    credit text not null default 'none',
    -- How often its credit has moved: part of the key that makes each movement happen once.
    movements integer not null default 0,
    no_show boolean not null default false,
    moved_count integer not null default 0,
    cancelled_at timestamptz,
    cancelled_by text,
    cancellation_reason text,
    merged_into uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, id),
    foreign key (organization_id, client_id) references client (organization_id, id),
    foreign key (organization_id, package_id) references client_package (organization_id, id),
    foreign key (organization_id, host_user_id) references app_user (organization_id, id),
    foreign key (organization_id, series_id) references session_series (organization_id, id),
    foreign key (organization_id, integration_id) references integration (organization_id, id),
    foreign key (organization_id, merged_into) references session (organization_id, id),
    constraint session_status_known check (status in
      ('scheduled', 'requested', 'cancelled', 'rejected')),
    constraint session_credit_known check (credit in ('none', 'held', 'spent')),
    constraint session_paid_by_a_package check (credit = 'none' or package_id is not null),
    constraint session_ends_after_its_start check (end_at >= start_at)
  );
  create index session_of_client on session (organization_id, client_id);
  create index session_of_host on session (organization_id, host_user_id);
  create index session_of_series on session (organization_id, series_id)
    where series_id is not null;

  -- Every booking of a provider that a session has been, linked by reschedules. A seated booking
  -- is one of each of its clients.
  create table session_booking (
    organization_id uuid not null,
    provider text not null,
    client_id uuid not null,
    booking_uid text not null,
    session_id uuid not null,
    replaces_uid text,
    replaced_by_uid text,
    known jsonb not null,
    primary key (organization_id, provider, booking_uid, client_id),
    foreign key (organization_id, client_id) references client (organization_id, id),
    foreign key (organization_id, session_id) references session (organization_id, id)
  );
  create index session_booking_of_session on session_booking (organization_id, session_id);
  create index session_booking_follows on session_booking
    (organization_id, client_id, replaces_uid) where replaces_uid is not null;
  create index session_booking_followed_by on session_booking
    (organization_id, client_id, replaced_by_uid) where replaced_by_uid is not null;
`

const RIGHTS = `
  ${boundToTenant('client', 'client_package', 'session_series', 'session', 'session_booking')}

  grant select, insert, update on client, session_series, session, session_booking
    to rendezvous_app;
  grant select, update (expired_at, updated_at),
    insert (organization_id, id, client_id, host_user_id, session_minutes, cut_off_hours,
      expires_at)
    on client_package to rendezvous_app;
`
