import { type Kysely, sql } from 'kysely'
import { throughGate } from '../rights.ts'

/** What the ledger of doubtful delivery counts, and hooks whose signatures fail. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(LEDGER).execute(db)
  await sql.raw(IN_DOUBT).execute(db)
  await sql.raw(OWNERSHIP).execute(db)
}

const LEDGER = `
  -- When the doubt was over; closed once a sync that began later has covered the interval.
  alter table gap add column ended_at timestamptz;
  alter table gap add constraint gap_reason_known check (reason in ('hookMissing', 'hookDisabled',
    'hookReplaced', 'retrying', 'tokenDead', 'paused', 'planRefused', 'scopeRefused',
    'roleRefused', 'requestRefused', 'otherKey', 'staleSignature', 'silentHook'));
  alter table gap add constraint gap_ends_after_it_opened check (ended_at >= opened_at);
  create index gap_of_integration on gap (organization_id, integration_id, id);

  -- The page counted last, so that a page read twice is counted once.
  alter table sync_run add column place text;
  alter table sync_run add column unheard integer not null default 0;
`

const IN_DOUBT = `
  create index subscription_in_doubt on subscription (organization_id, integration_id)
    where state = 'live' and verify_failures >= 3;
  create policy subscription_in_doubt on subscription for select to rendezvous_gate
    using (state = 'live' and verify_failures >= 3);

  create function hooks_in_doubt(p_limit integer)
  returns table (organization_id uuid, integration_id uuid, provider text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select distinct s.organization_id, s.integration_id, s.provider from subscription s
    join integration i on i.organization_id = s.organization_id and i.id = s.integration_id
    where s.state = 'live' and s.verify_failures >= 3 and i.wanted = 'connected'
    limit p_limit
  $$;
`

const OWNERSHIP = `
  ${throughGate('rendezvous_app', 'hooks_in_doubt(integer)')}
`
