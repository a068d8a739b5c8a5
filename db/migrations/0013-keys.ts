import { type Kysely, sql } from 'kysely'

/** Access by a key that a person hands over, and hooks that a person makes by hand. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(KEYS).execute(db)
  await sql.raw(MOVES).execute(db)
}

const KEYS = `
  -- Where the API is that a key opens; null where that is the same for everybody.
  alter table credential add column api_address text;
  alter table operation add column api_address text, add column purpose text,
    add constraint operation_purpose_known check (purpose in ('prospects', 'sessions'));

  -- A person ticks the events at the provider: there is no access to look with.
  alter table integration add column webhook_only boolean not null default false;

  alter table operation drop constraint operation_outcome_known;
  alter table operation add constraint operation_outcome_known check (outcome in ('live', 'polling',
    'needsAdmin', 'needsScope', 'needsConsent', 'waitingForFirstDelivery', 'denied', 'superseded',
    'paused', 'disconnected', 'failed'));
`

const MOVES = `
  -- Only a person can move a hook that a person has made.
  grant select (webhook_only, callback_url) on integration to rendezvous_gate;
  create or replace function integrations_elsewhere(p_base_url text, p_after uuid, p_limit integer)
  returns table (organization_id uuid, integration_id uuid, provider text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select organization_id, id, provider from integration
    where wanted <> 'disconnected' and callback_url is not null and not webhook_only
      and not starts_with(callback_url, p_base_url || '/')
      and (p_after is null or id > p_after)
    order by id limit p_limit
  $$;
`
