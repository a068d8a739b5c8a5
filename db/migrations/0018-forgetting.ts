import { type Kysely, sql } from 'kysely'
import { throughGate } from '../rights.ts'

/** What an integration that lives for years leaves behind is forgotten, each kind after its time. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(INDEXES).execute(db)
  await sql.raw(RIGHTS).execute(db)
  await sql.raw(ENDED).execute(db)
  await sql.raw(OF_INTEGRATIONS).execute(db)
  await sql.raw(OWNERSHIP).execute(db)
}

/** Whoever asked is long answered; a quarter is what people look back when they ask "who did that?". */
const OPERATION = `interval '90 days'`
/** A year and a bit more: gaps, debts and refusals are the story that a yearly look tells. */
const STORY = `interval '400 days'`
/** A month of syncs is compared with one another; of a slow or left integration, the last few stay. */
const SYNC_RUN = `interval '30 days'`
const SYNC_RUNS_KEPT = 20
/** Longer than late deliveries and keys (48 hours) and as long as anything of ours is removed. */
const ENDPOINT = `interval '72 hours'`

// In the words of the purges, which read through them. The last is what a reference is checked by.
const INDEXES = `
  create index operation_by_end on operation (coalesce(finished_at, expires_at))
    where finished_at is not null or ready_at is null;
  create index gap_by_end on gap (closed_at) where closed_at is not null;
  create index cleanup_debt_by_end on cleanup_debt (coalesce(paid_at, destroyed_at))
    where resolution is not null;
  create index rejection_by_day on rejection (day);
  create index gap_of_sync_run on gap (organization_id, sync_run_id)
    where sync_run_id is not null;
`

// The gate sees what may go only while one of these functions says that it forgets.
const RIGHTS = `
  do $$
  declare t text;
  begin
    foreach t in array array['operation', 'gap', 'cleanup_debt', 'sync_run', 'subscription']
    loop
      execute format('create policy %I on %I for select to rendezvous_gate
        using (current_setting(''app.purge'', true) = ''old'')', t || '_to_forget', t);
      execute format('create policy %I on %I for delete to rendezvous_gate
        using (current_setting(''app.purge'', true) = ''old'')', t || '_forgotten', t);
      execute format('grant delete on %I to rendezvous_gate', t);
    end loop;
  end $$;
  grant select (expires_at) on operation to rendezvous_gate;
  grant select (organization_id, id, closed_at, sync_run_id) on gap to rendezvous_gate;
  grant select (id, resolution) on cleanup_debt to rendezvous_gate;
  grant select (organization_id, id, integration_id, started_at) on sync_run to rendezvous_gate;
  grant select (remote_uri, created_at) on subscription to rendezvous_gate;
  grant select (endpoint) on inbound_event to rendezvous_gate;
  grant delete on rejection to rendezvous_gate;
`

// A plan made while a table is small must not read all of it when it is large.
const BY_INDEX = `set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off`

const ENDED = `
  -- Operations that ended or were never answered, gaps that are closed, debts that are settled, and
  -- counts of refusals: nothing refers to them, so all that is old goes, in portions.
  create function purge_ended(p_limit integer) returns bigint
  language sql security definer set search_path = pg_catalog, public, pg_temp
  set app.purge = 'old' ${BY_INDEX} as $$
    with ended as (
      delete from operation o where (o.organization_id, o.id) in (
        select organization_id, id from operation
        where (finished_at is not null or ready_at is null)
          and coalesce(finished_at, expires_at) <= now() - ${OPERATION}
        limit p_limit)
      returning 1
    ), closed as (
      delete from gap g where (g.organization_id, g.id) in (
        select organization_id, id from gap where closed_at <= now() - ${STORY} limit p_limit)
      returning 1
    ), settled as (
      delete from cleanup_debt d where (d.organization_id, d.id) in (
        select organization_id, id from cleanup_debt
        where resolution is not null and coalesce(paid_at, destroyed_at) <= now() - ${STORY}
        limit p_limit)
      returning 1
    ), refused as (
      delete from rejection r where (r.provider, r.endpoint_known, r.reason, r.day) in (
        select provider, endpoint_known, reason, day from rejection
        where day <= current_date - ${STORY} limit p_limit)
      returning 1
    )
    select (select count(*) from ended) + (select count(*) from closed)
      + (select count(*) from settled) + (select count(*) from refused)
  $$;
`

const OF_INTEGRATIONS = `
  -- The lowest id of this moment (RFC 9562, version 7). Without a search path of its own, so that it
  -- is inlined.
  create function id_at(p_at timestamptz) returns uuid language sql immutable as $$
    select rpad(lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0'), 32, '0')::uuid
  $$;

  -- What is old only beside the newer ones of its integration. A page of integrations at a time,
  -- with a few rows of each: the caller goes round, and what is left comes with the next round.
  create function purge_old_of_integrations(p_after uuid, p_integrations integer, p_each integer)
  returns table (last_id uuid, removed bigint)
  language sql security definer set search_path = pg_catalog, public, pg_temp
  set app.purge = 'old' ${BY_INDEX} as $$
    with page as (
      select organization_id, id, wanted, checked_at from integration
      where p_after is null or id > p_after order by id limit p_integrations
    ), run as (
      -- A sync that is not over is the latest of its integration; a gap tells by which it was closed.
      delete from sync_run d using page p cross join lateral (
        select r.id from sync_run r
        where r.organization_id = p.organization_id and r.integration_id = p.id
          and r.started_at <= now() - ${SYNC_RUN}
          and r.started_at < (select k.started_at from sync_run k
            where k.organization_id = p.organization_id and k.integration_id = p.id
            order by k.started_at desc offset ${SYNC_RUNS_KEPT - 1} limit 1)
          and not exists (select from gap g
            where g.organization_id = r.organization_id and g.sync_run_id = r.id)
        order by r.started_at limit p_each) old
      where d.organization_id = p.organization_id and d.id = old.id
      returning 1
    ), generation as (
      delete from subscription d using page p cross join lateral (
        select s.generation from subscription s
        cross join lateral (select greatest(s.retired_at, s.deleted_at) as at) ended
        where s.organization_id = p.organization_id and s.integration_id = p.id
          and s.state in ('retired', 'deleted') and s.signing_key is null
          and ended.at <= now() - ${ENDPOINT}
          -- One that the provider never listed, and has been asked about since, stands nowhere. What
          -- did stand, or was left unseen, is known as ours for as long as its story is told.
          and (ended.at <= now() - ${STORY} or (s.remote_uri is null
            and p.wanted <> 'disconnected' and p.checked_at > ended.at + interval '1 hour'))
          -- The next generation is counted from the highest: no number is given twice.
          and s.generation < (select m.generation from subscription m
            where m.organization_id = p.organization_id and m.integration_id = p.id
            order by m.generation desc limit 1)
          -- Ids of events are in order of time, so that only those of its days are looked through.
          and s.last_delivery_at is null and not exists (select from inbound_event e
            where e.organization_id = s.organization_id and e.endpoint = s.endpoint
              and e.id >= id_at(s.created_at - interval '1 day')
              and e.id <= id_at(ended.at + interval '3 days'))
        order by s.generation limit p_each) old
      where d.organization_id = p.organization_id and d.integration_id = p.id
        and d.generation = old.generation
      returning 1
    )
    select (select id from page order by id desc limit 1),
      (select count(*) from run) + (select count(*) from generation)
  $$;
`

const OWNERSHIP = `
  revoke all on function id_at(timestamptz) from public;
  grant execute on function id_at(timestamptz) to rendezvous_gate;
  ${throughGate(
    'rendezvous_app',
    'purge_ended(integer)',
    'purge_old_of_integrations(uuid,integer,integer)',
  )}
`
