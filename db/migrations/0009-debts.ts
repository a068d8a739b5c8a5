import { type Kysely, sql } from 'kysely'
import { throughGate } from '../rights.ts'

/**
 * What is still owed to a provider after an account was left: tokens replaced while they were
 * still alive, hooks and grants that could not be taken away, and keys whose time has run out.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(DEBTS).execute(db)
  await sql.raw(KEYS).execute(db)
  await sql.raw(BASES).execute(db)
  await sql.raw(OWNERSHIP).execute(db)
}

const DEBTS = `
  -- Replaced by a newer one of ours, and perhaps alive at the provider until it is given back.
  alter table credential drop constraint credential_role_known;
  alter table credential add constraint credential_role_known
    check (role in ('incoming', 'current', 'outgoing', 'dead', 'superseded'));

  alter table cleanup_debt add column account_user_uri text, add column resolution text;
  alter table cleanup_debt add constraint cleanup_debt_resolution_known
    check (resolution in ('paid', 'takenOver', 'destroyed', 'forgotten'));
  alter table cleanup_debt add constraint cleanup_debt_ends_with_a_resolution check
    ((resolution is null) = (paid_at is null and destroyed_at is null));
  create unique index cleanup_debt_open_once on cleanup_debt (organization_id, integration_id, kind,
      coalesce(account_user_uri, ''), coalesce(remote_uri, ''))
    where paid_at is null and destroyed_at is null;
`

const KEYS = `
  -- The gate sees what may be purged only while its own function says that it purges.
  create policy subscription_to_purge on subscription to rendezvous_gate
    using (current_setting('app.purge', true) = 'keys')
    with check (current_setting('app.purge', true) = 'keys');
  grant update (signing_key, state, retired_at) on subscription to rendezvous_gate;
  grant select (disconnected_at) on integration to rendezvous_gate;

  -- Late deliveries are still told apart from forgeries for 48 hours; then their key goes.
  create function purge_keys(p_limit integer) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  declare
    v_count bigint;
  begin
    perform set_config('app.purge', 'keys', true);
    with due as (
      select s.organization_id, s.integration_id, s.generation from subscription s
      join integration i on i.organization_id = s.organization_id and i.id = s.integration_id
      where s.signing_key is not null
        and (coalesce(s.retired_at, s.deleted_at) <= now() - interval '48 hours'
          or (i.wanted = 'disconnected' and i.disconnected_at <= now() - interval '48 hours'))
      limit p_limit for no key update of s skip locked
    ), purged as (
      update subscription s set signing_key = null,
        -- Without its key it must never be taken for the one to keep.
        state = case when s.state in ('creating', 'live') then 'retired' else s.state end,
        retired_at = coalesce(s.retired_at, s.deleted_at, now())
      from due
      where s.organization_id = due.organization_id and s.integration_id = due.integration_id
        and s.generation = due.generation
      returning 1
    )
    select count(*) into v_count from purged;
    perform set_config('app.purge', '', true);
    return v_count;
  end $$;

  -- Authentic, but of an account that was left: answered, dropped, and counted for its people.
  create function count_late(p_endpoint text, p_count integer) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  begin
    perform set_config('app.endpoint', coalesce(p_endpoint, ''), true);
    update subscription set rejections = jsonb_set(rejections, array['late'],
        to_jsonb(coalesce((rejections ->> 'late')::bigint, 0) + p_count))
      where endpoint = p_endpoint;
    perform set_config('app.endpoint', '', true);
  end $$;
`

const BASES = `
  grant select (callback_url) on integration to rendezvous_gate;

  -- Connected, and their hook still calls us under another address than the present one.
  create function integrations_elsewhere(p_base_url text, p_after uuid, p_limit integer)
  returns table (organization_id uuid, integration_id uuid, provider text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select organization_id, id, provider from integration
    where wanted <> 'disconnected' and callback_url is not null
      and not starts_with(callback_url, p_base_url || '/')
      and (p_after is null or id > p_after)
    order by id limit p_limit
  $$;
`

const OWNERSHIP = `
  ${throughGate(
    'rendezvous_app',
    'purge_keys(integer)',
    'integrations_elsewhere(text,uuid,integer)',
  )}
  ${throughGate('rendezvous_ingress', 'count_late(text,integer)')}
`
