import { type Kysely, sql } from 'kysely'

/**
 * Mail that names no account, since nobody could read it, is nobody's for good: no organization can
 * ever claim it. Where it names a person, it goes with the person, whoever erases them.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(ERASING).execute(db)
}

const ERASING = `
  create or replace function erase_traces(p_pattern text, p_ids uuid[], p_users uuid[])
  returns bigint
  language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with tenant as (
      select nullif(current_setting('app.organization', true), '')::uuid as id
    ), account as (
      select array_remove(array_agg(provider_user_uri) || array_agg(provider_organization_uri), null)
        as uris
      from integration where organization_id = (select id from tenant)
    ), frame as (
      delete from outbox where organization_id = (select id from tenant)
        and (payload::text ~* p_pattern or payload ->> 'id' = any (p_ids::text[]))
      returning 1
    ), mail as (
      delete from unrouted_delivery
      where (account_uris && (select uris from account) or account_uris = '{}')
        and encode(body, 'escape') ~* p_pattern
      returning 1
    ), way as (
      delete from identity where organization_id = (select id from tenant)
        and user_id = any (p_users)
      returning 1
    ), person as (
      update app_user set subject = 'erased ' || id, name = null
      where organization_id = (select id from tenant) and id = any (p_users)
      returning 1
    )
    select (select count(*) from frame) + (select count(*) from mail)
  $$;
`
