import { sql } from 'kysely'
import type { TenantTx } from './tenant.ts'

interface RejectionQuery {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** How often deliveries to an integration's endpoints were refused, by reason. */
interface RefusedDeliveries {
  readonly integration_id: string
  readonly provider: string
  readonly reasons: Readonly<Record<string, number>>
}

/**
 * A page of the integrations at whose endpoints something was refused, each with its counts over
 * all endpoints it ever had. For admins: the caller has checked the role.
 */
export async function listRejections(
  { trx, organizationId }: TenantTx,
  { cursor, limit }: RejectionQuery,
): Promise<{ items: RefusedDeliveries[]; nextCursor: string | null }> {
  const { rows } = await sql<RefusedDeliveries>`
    select integration_id, provider, jsonb_object_agg(reason, count) as reasons
    from (
      select s.integration_id, s.provider, r.key as reason, sum(r.value::bigint) as count
      from subscription s cross join lateral jsonb_each_text(s.rejections) as r (key, value)
      where s.organization_id = ${organizationId}
        and (${cursor ?? null}::uuid is null or s.integration_id > ${cursor ?? null}::uuid)
      group by s.integration_id, s.provider, r.key
    ) counted
    group by integration_id, provider order by integration_id limit ${limit + 1}`.execute(trx)
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last?.integration_id ?? null }
}
