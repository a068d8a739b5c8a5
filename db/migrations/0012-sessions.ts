import { type Kysely, sql } from 'kysely'

/** Clients, what they have paid for, and the sessions it pays. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(TABLES).execute(db)
  await sql.raw(LEDGER).execute(db)
  await sql.raw(RIGHTS).execute(db)
  await sql.raw(DIRECTORY).execute(db)
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

const LEDGER = `
  create table credit_entry (
    organization_id uuid not null,
    id uuid not null,
    package_id uuid not null,
    session_id uuid,
    event_id uuid,
    kind text not null,
    left_change integer not null,
    held_change integer not null default 0,
    spent_change integer not null default 0,
    -- The same movement, tried again by whoever, has the same key.
    movement_key text not null,
    reason text,
    actor_user_id uuid,
    at timestamptz not null default now(),
    primary key (organization_id, id),
    unique (organization_id, movement_key),
    foreign key (organization_id, package_id) references client_package (organization_id, id),
    foreign key (organization_id, session_id) references session (organization_id, id),
    foreign key (organization_id, event_id) references inbound_event (organization_id, id),
    foreign key (organization_id, actor_user_id) references app_user (organization_id, id),
    constraint credit_entry_kind_known check (kind in
      ('grant', 'hold', 'spend', 'release', 'refund', 'expire', 'adjust')),
    constraint credit_entry_moves_as_its_kind check (
      (kind = 'grant' and left_change > 0 and held_change = 0 and spent_change = 0)
      or (kind = 'hold' and (left_change, held_change, spent_change) = (-1, 1, 0))
      or (kind = 'spend' and (left_change, held_change, spent_change) in ((-1, 0, 1), (0, -1, 1)))
      or (kind = 'release' and (left_change, held_change, spent_change) = (1, -1, 0))
      or (kind = 'refund' and (left_change, held_change, spent_change) = (1, 0, -1))
      or (kind = 'expire' and left_change < 0 and held_change = 0 and spent_change = 0)
      or (kind = 'adjust' and left_change <> 0 and held_change = 0 and spent_change = 0))
  );
  create index credit_entry_of_package on credit_entry (organization_id, package_id, id);

  create function refuse_ledger_change() returns trigger language plpgsql as $$
  begin
    raise exception 'the ledger is append-only' using errcode = 'insufficient_privilege';
  end $$;
  create trigger credit_entry_stays before update or delete on credit_entry
    for each row execute function refuse_ledger_change();

  -- The app has no right to the counters: only a line of the ledger moves them, and the row that
  -- it moves refuses to go below zero.
  create function count_credits() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  begin
    update client_package p set
      credits_left = p.credits_left + moved.left_change,
      credits_held = p.credits_held + moved.held_change,
      credits_spent = p.credits_spent + moved.spent_change,
      credits_expired = p.credits_expired + moved.expired,
      updated_at = now()
    from (
      select organization_id, package_id, sum(left_change) as left_change,
        sum(held_change) as held_change, sum(spent_change) as spent_change,
        coalesce(sum(-left_change) filter (where kind = 'expire'), 0) as expired
      from added group by 1, 2
    ) moved
    where p.organization_id = moved.organization_id and p.id = moved.package_id;
    return null;
  end $$;
  create trigger credit_entry_counts after insert on credit_entry
    referencing new table as added for each statement execute function count_credits();
`

const RIGHTS = `
  do $$
  declare t text;
  begin
    foreach t in array array['client', 'client_package', 'session_series', 'session',
      'session_booking', 'credit_entry']
    loop
      execute format('alter table %I enable row level security', t);
      execute format('alter table %I force row level security', t);
      execute format('create policy %I on %I to rendezvous_app
        using (organization_id = nullif(current_setting(''app.organization'', true), '''')::uuid)
        with check (organization_id = nullif(current_setting(''app.organization'', true), '''')::uuid)',
        t || '_of_tenant', t);
    end loop;
    foreach t in array array['client_package', 'session_series']
    loop
      execute format('create policy %I on %I for select to rendezvous_gate using (true)',
        t || '_of_gate', t);
    end loop;
  end $$;
  create policy client_package_counted on client_package for update to rendezvous_gate
    using (true) with check (true);

  grant select, insert, update on client, session_series, session, session_booking
    to rendezvous_app;
  grant select, update (expired_at, updated_at),
    insert (organization_id, id, client_id, host_user_id, session_minutes, cut_off_hours,
      expires_at)
    on client_package to rendezvous_app;
  grant select, insert on credit_entry to rendezvous_app;

  grant select (organization_id, id, expires_at, expired_at, credits_left, credits_held,
      credits_spent, credits_expired),
    update (credits_left, credits_held, credits_spent, credits_expired, updated_at)
    on client_package to rendezvous_gate;
  grant select (organization_id, id, status, started_at, created_at) on session_series
    to rendezvous_gate;
`

const DIRECTORY = `
  create function unstarted_series(p_older_than interval, p_limit integer)
  returns table (organization_id uuid, series_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select organization_id, id from session_series
    where status = 'creating' and started_at is null and created_at < now() - p_older_than
    order by created_at limit p_limit
  $$;

  create function packages_to_expire(p_limit integer)
  returns table (organization_id uuid, package_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select organization_id, id from client_package
    where expired_at is null and expires_at <= now() order by expires_at limit p_limit
  $$;

  grant create on schema public to rendezvous_gate;
  do $$
  declare f text;
  begin
    foreach f in array array['unstarted_series(interval,integer)', 'packages_to_expire(integer)']
    loop
      execute format('revoke all on function %s from public', f);
      execute format('grant execute on function %s to rendezvous_app', f);
      execute format('alter function %s owner to rendezvous_gate', f);
    end loop;
    revoke all on function count_credits(), refuse_ledger_change() from public;
    alter function count_credits() owner to rendezvous_gate;
  end $$;
  revoke create on schema public from rendezvous_gate;
`
