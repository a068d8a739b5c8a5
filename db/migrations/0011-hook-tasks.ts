import { type Kysely, sql } from 'kysely'
import { boundToTenant, throughGate } from '../rights.ts'

/** What people ask of the hooks at an account, and whose an endpoint is, whoever its tenant. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(TASKS).execute(db)
  await sql.raw(LOOKS).execute(db)
  await sql.raw(OWNERSHIP).execute(db)
}

const TASKS = `
  create table hook_task (
    organization_id uuid not null,
    id uuid not null,
    integration_id uuid not null,
    kind text not null,
    remote_uri text,
    user_id uuid not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    finished_at timestamptz,
    outcome text,
    reason text,
    hooks jsonb,
    primary key (organization_id, id),
    foreign key (organization_id, integration_id) references integration (organization_id, id),
    foreign key (organization_id, user_id) references app_user (organization_id, id),
    constraint hook_task_kind_known check (kind in ('list', 'sweep', 'remove')),
    constraint hook_task_outcome_known check (outcome in ('done', 'refused')),
    constraint hook_task_names_what_it_removes check ((kind = 'remove') = (remote_uri is not null)),
    constraint hook_task_ends_with_an_outcome check ((outcome is null) = (finished_at is null))
  );
  create index hook_task_open on hook_task (organization_id, integration_id, created_at)
    where finished_at is null;
  create index hook_task_by_age on hook_task (created_at);

  ${boundToTenant('hook_task')}
  grant select, insert, update on hook_task to rendezvous_app;
  create policy hook_task_of_gate on hook_task for select to rendezvous_gate using (true);
  create policy hook_task_purged on hook_task for delete to rendezvous_gate using (true);
  grant select (organization_id, id, created_at), delete on hook_task to rendezvous_gate;
`

const LOOKS = `
  -- Which of these endpoints we issued, to whom, and whether they are still in use. Whoever asks
  -- has read the endpoints at a provider; of other tenants nothing but that they exist is told.
  create function endpoints_issued(p_endpoints text[])
  returns table (endpoint text, integration_id uuid, is_in_use boolean)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  declare
    v_tenant uuid := nullif(current_setting('app.organization', true), '')::uuid;
  begin
    perform set_config('app.endpoint', array_to_string(p_endpoints, ','), true);
    return query
      select s.endpoint,
        case when s.organization_id = v_tenant then s.integration_id end,
        s.organization_id is distinct from v_tenant or i.wanted <> 'disconnected'
      from subscription s
      join integration i on i.organization_id = s.organization_id and i.id = s.integration_id
      where s.endpoint = any (p_endpoints);
    perform set_config('app.endpoint', '', true);
  end $$;

  -- Which of these integrations there are, and whether nothing is left for an owner to do: debts
  -- are retried for 72 hours and keys kept for 48, so after a week there is none.
  create function integrations_owned(p_ids uuid[])
  returns table (organization_id uuid, integration_id uuid, is_over boolean)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select i.organization_id, i.id, i.wanted = 'disconnected'
      and i.observed_revision = i.wanted_revision
      and coalesce(i.disconnected_at < now() - interval '7 days', false)
      and not exists (select from cleanup_debt d
        where d.organization_id = i.organization_id and d.integration_id = i.id
          and d.paid_at is null and d.destroyed_at is null)
    from integration i where i.id = any (p_ids)
  $$;
  grant select (disconnected_at) on integration to rendezvous_gate;

  -- A list of hooks is of the moment it was asked for.
  create function purge_hook_tasks(p_limit integer) returns bigint
  language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with gone as (
      delete from hook_task t where (t.organization_id, t.id) in (
        select organization_id, id from hook_task where created_at <= now() - interval '1 hour'
        limit p_limit)
      returning 1
    )
    select count(*) from gone
  $$;
`

const OWNERSHIP = `
  ${throughGate(
    'rendezvous_app',
    'endpoints_issued(text[])',
    'integrations_owned(uuid[])',
    'purge_hook_tasks(integer)',
  )}
`
