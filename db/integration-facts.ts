import { sql } from 'kysely'
import type { Wanted } from '../domain/integration-status.ts'
import type { WantedFacts } from '../domain/owner-state.ts'
import type { TenantTx } from './tenant.ts'

interface FactsRow {
  readonly wanted: Wanted
  readonly wanted_revision: number
  readonly observed_revision: number
  readonly wants_refresh: boolean
  readonly generation: number | null
  readonly issued_at: Date | null
  readonly expires_at: Date | null
  readonly dead_reason: string | null
  readonly incoming: boolean
  readonly outgoing: boolean
  readonly held: number
  readonly debt_since: Date | null
  readonly debt_why: string | null
  readonly hook_tasks: number
  readonly webhook_only: boolean
  readonly is_delivered: boolean
  readonly is_overdue: boolean
  readonly by_hand_url: string | null
}

/** All that the owner must know of its row, and no secret. */
export async function readWanted({ trx, organizationId }: TenantTx, id: string) {
  const { rows } = await sql<FactsRow>`
    select i.wanted, i.wanted_revision, i.observed_revision,
      exists (select from operation o where o.organization_id = i.organization_id
        and o.integration_id = i.id and o.kind = 'reconnect' and o.finished_at is null
        and o.wanted_revision > i.observed_revision) as wants_refresh,
      c.generation, c.issued_at, c.expires_at, c.dead_reason,
      exists (select from credential n where n.organization_id = i.organization_id
        and n.integration_id = i.id and n.role = 'incoming') as incoming,
      exists (select from credential n where n.organization_id = i.organization_id
        and n.integration_id = i.id and n.role = 'outgoing') as outgoing,
      case when i.wanted = 'connected' then (select count(*) from inbound_event e
        where e.organization_id = i.organization_id and e.integration_id = i.id
          and e.status = 'held') else 0 end as held,
      i.webhook_only, i.last_delivery_at is not null as is_delivered,
      i.last_delivery_at is null and exists (select from subscription s
        where s.organization_id = i.organization_id and s.integration_id = i.id
          and s.state = 'live' and s.created_at < now() - interval '24 hours') as is_overdue,
      (select s.callback_url from subscription s where s.organization_id = i.organization_id
        and s.integration_id = i.id and s.state = 'live'
        order by s.generation desc limit 1) as by_hand_url,
      d.created_at as debt_since, d.last_error as debt_why,
      (select count(*) from hook_task t where t.organization_id = i.organization_id
        and t.integration_id = i.id and t.finished_at is null and t.expires_at > now()) as hook_tasks
    from integration i
    left join lateral (select * from credential c where c.organization_id = i.organization_id
        and c.integration_id = i.id and c.role in ('current', 'dead') and c.access_token is not null
      order by c.generation desc limit 1) c on true
    -- Of the account last connected: accounts left before keep their own time.
    left join lateral (select d.created_at, d.last_error from cleanup_debt d
      where d.organization_id = i.organization_id and d.integration_id = i.id
        and d.resolution is null
        and coalesce(d.account_user_uri, '') = coalesce(i.provider_user_uri, '')
      order by d.created_at limit 1) d on true
    where i.organization_id = ${organizationId} and i.id = ${id}`.execute(trx)
  const [row] = rows
  if (row === undefined) throw new Error(`integration ${id}: no such row`)
  return factsOf(row)
}

const factsOf = (row: FactsRow): WantedFacts => ({
  wanted: row.wanted,
  wantedRevision: row.wanted_revision,
  observedRevision: row.observed_revision,
  wantsRefresh: row.wants_refresh,
  token:
    row.generation === null
      ? null
      : {
          generation: row.generation,
          issuedAt: row.issued_at?.getTime() ?? 0,
          expiresAt: row.expires_at?.getTime() ?? 0,
          dead: row.dead_reason,
        },
  incoming: row.incoming,
  outgoing: row.outgoing,
  held: row.held,
  debt:
    row.debt_since === null ? null : { since: row.debt_since.getTime(), why: row.debt_why ?? '' },
  hookTasks: row.hook_tasks,
  byHand: row.webhook_only
    ? {
        delivered: row.is_delivered,
        isOverdue: row.is_overdue,
        callbackUrl: row.by_hand_url,
      }
    : null,
})
