import { type Kysely, sql } from 'kysely'
import { throughGate } from '../rights.ts'

/** What the loops of a worker look for across tenants: lost starts, still owners, old rows. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(GRANTS).execute(db)
  await sql.raw(WORK).execute(db)
  await sql.raw(PURGE).execute(db)
  await sql.raw(OWNERSHIP).execute(db)
}

const GRANTS = `
  grant select (checked_at) on integration to rendezvous_gate;
  grant update (status) on inbound_event to rendezvous_gate;
  grant select (body), update (body) on inbound_event to rendezvous_gate;
  -- In the words of the purge, which reads through it: what still waits is not even looked at.
  create index inbound_event_to_purge on inbound_event (received_at)
    where body is not null and status in ('processed', 'dropped', 'quarantined');
  create index outbox_by_age on outbox (created_at);
  create index idempotency_by_age on idempotency (created_at);
`

const WORK = `
  -- Handing out counts as a start: those that always fail go behind the ones not yet tried.
  create function unfinished_events(p_started_for interval, p_limit integer)
  returns table (organization_id uuid, event_id uuid)
  language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with next as (
      select organization_id, id from inbound_event
      where status = 'received' and started_at < now() - p_started_for
      order by started_at limit p_limit for no key update skip locked
    )
    update inbound_event e set started_at = now() from next
    where e.organization_id = next.organization_id and e.id = next.id
    returning e.organization_id, e.id
  $$;

  -- A delivery that saw the pause may commit after the resume has let the held ones go.
  create function release_strays(p_limit integer) returns bigint
  language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with stray as (
      select e.organization_id, e.id from inbound_event e
      join integration i on i.organization_id = e.organization_id and i.id = e.integration_id
      where e.status = 'held' and i.wanted = 'connected'
        and i.observed_revision = i.wanted_revision
      limit p_limit for no key update of e skip locked
    ), released as (
      update inbound_event e set status = 'received', started_at = null from stray
      where e.organization_id = stray.organization_id and e.id = stray.id
      returning 1
    )
    select count(*) from released
  $$;

  create function integrations_to_watch(p_after uuid, p_limit integer)
  returns table (organization_id uuid, integration_id uuid, provider text, wanted text, status text,
    wanted_revision bigint, observed_revision bigint, checked_at timestamptz, open_debts bigint)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select i.organization_id, i.id, i.provider, i.wanted, i.status, i.wanted_revision,
      i.observed_revision, i.checked_at,
      (select count(*) from cleanup_debt d
        where d.organization_id = i.organization_id and d.integration_id = i.id
          and d.paid_at is null and d.destroyed_at is null)
    from integration i where p_after is null or i.id > p_after
    order by i.id limit p_limit
  $$;
`

const PURGE = `
  -- What need not be kept any longer: raw bodies of what has ended and mail of nobody after 30
  -- days, what sockets may replay and idempotent answers after a week. In portions, so that no
  -- lock is held for long. What is held, parked or not yet done keeps its body: it needs it.
  create function purge_expired(p_limit integer) returns bigint
  language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with body as (
      update inbound_event e set body = null where (e.organization_id, e.id) in (
        select organization_id, id from inbound_event
        where received_at <= now() - interval '30 days' and body is not null
          and status in ('processed', 'dropped', 'quarantined')
        order by received_at limit p_limit for no key update skip locked)
      returning 1
    ), mail as (
      delete from unrouted_delivery where id in (
        select id from unrouted_delivery where received_at <= now() - interval '30 days'
        limit p_limit)
      returning 1
    ), frame as (
      delete from outbox o where (o.organization_id, o.seq) in (
        select organization_id, seq from outbox where created_at <= now() - interval '7 days'
        limit p_limit)
      returning 1
    ), answer as (
      delete from idempotency i where (i.organization_id, i.user_id, i.route, i.key) in (
        select organization_id, user_id, route, key from idempotency
        where created_at <= now() - interval '7 days' limit p_limit)
      returning 1
    )
    select (select count(*) from body) + (select count(*) from mail)
      + (select count(*) from frame) + (select count(*) from answer)
  $$;
`

const OWNERSHIP = `
  ${throughGate(
    'rendezvous_app',
    'unfinished_events(interval,integer)',
    'integrations_to_watch(uuid,integer)',
    'release_strays(integer)',
    'purge_expired(integer)',
  )}
`
