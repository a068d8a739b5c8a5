import { type Kysely, sql } from 'kysely'
import { throughGate } from '../rights.ts'

/** What the ingress keeps beside events: mail of nobody, counts of refusals, and the canary. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(COUNTERS).execute(db)
  await sql.raw(OWNERSHIP).execute(db)
}

const COUNTERS = `
  create function keep_unrouted(p_id uuid, p_provider text, p_accounts text[], p_kind text,
    p_key text, p_body bytea, p_hash bytea, p_headers text)
  returns boolean
  language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with kept as (
      insert into unrouted_delivery
        (id, provider, account_uris, kind, dedupe_key, body, body_hash, headers)
      values (p_id, p_provider, p_accounts, p_kind, p_key, p_body, p_hash, p_headers::jsonb)
      on conflict (provider, dedupe_key, body_hash) do nothing
      returning 1)
    select exists (select from kept)
  $$;

  create function count_rejection(p_endpoint text, p_provider text, p_reason text, p_count integer)
  returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  declare
    v_known boolean;
  begin
    perform set_config('app.endpoint', coalesce(p_endpoint, ''), true);
    update subscription set verify_failures = verify_failures + p_count,
      rejections = jsonb_set(rejections, array[p_reason],
        to_jsonb(coalesce((rejections ->> p_reason)::bigint, 0) + p_count))
    where endpoint = p_endpoint;
    v_known := found;
    perform set_config('app.endpoint', '', true);
    insert into rejection as r (provider, endpoint_known, reason, count)
    values (p_provider, v_known, p_reason, p_count)
    on conflict (provider, endpoint_known, reason, day)
      do update set count = r.count + excluded.count;
  end $$;

  -- The first caller's canary stays; everybody is told the one that stands.
  create function keep_canary(p_value text) returns text
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  begin
    insert into operator_setting (name, value) values ('canary', p_value)
      on conflict (name) do nothing;
    return (select value from operator_setting where name = 'canary');
  end $$;
`

const OWNERSHIP = `
  ${throughGate(
    'rendezvous_ingress',
    'keep_unrouted(uuid,text,text[],text,text,bytea,bytea,text)',
    'count_rejection(text,text,text,integer)',
    'keep_canary(text)',
  )}
  grant execute on function keep_canary(text) to rendezvous_app;
`
