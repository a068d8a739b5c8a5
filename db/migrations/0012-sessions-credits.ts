import { type Kysely, sql } from 'kysely'
import { boundToTenant, throughGate } from '../rights.ts'

/** The ledger of credits, and what the loops of a worker look for across tenants. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(LEDGER).execute(db)
  await sql.raw(RIGHTS).execute(db)
  await sql.raw(DIRECTORY).execute(db)
}

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
  ${boundToTenant('credit_entry')}
  create policy client_package_of_gate on client_package for select to rendezvous_gate using (true);
  create policy client_package_counted on client_package for update to rendezvous_gate
    using (true) with check (true);
  create policy session_series_of_gate on session_series for select to rendezvous_gate using (true);

  grant select, insert on credit_entry to rendezvous_app;

  grant select (organization_id, id, expires_at, expired_at, credits_left, credits_held,
      credits_spent, credits_expired),
    update (credits_left, credits_held, credits_spent, credits_expired, updated_at)
    on client_package to rendezvous_gate;
  grant select (organization_id, id, status, started_at, created_at) on session_series
    to rendezvous_gate;
`

const DIRECTORY = `
  -- The same relay starts a series that the api could not.
  drop function unstarted_operations(interval, integer);
  create function unstarted_operations(p_older_than interval, p_limit integer)
  returns table (organization_id uuid, operation_id uuid, kind text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    (select organization_id, id, kind from operation
      where started_at is null and finished_at is null and ready_at < now() - p_older_than
      order by ready_at limit p_limit)
    union all
    (select organization_id, id, 'series' from session_series
      where status = 'creating' and started_at is null and created_at < now() - p_older_than
      order by created_at limit p_limit)
  $$;

  create function packages_to_expire(p_limit integer)
  returns table (organization_id uuid, package_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select organization_id, id from client_package
    where expired_at is null and expires_at <= now() order by expires_at limit p_limit
  $$;

  ${throughGate(
    'rendezvous_app',
    'unstarted_operations(interval,integer)',
    'packages_to_expire(integer)',
  )}
  grant create on schema public to rendezvous_gate;
  revoke all on function count_credits(), refuse_ledger_change() from public;
  alter function count_credits() owner to rendezvous_gate;
  revoke create on schema public from rendezvous_gate;
`
