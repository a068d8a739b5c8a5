import { sql } from 'kysely'
import type { DoubtReason } from '../domain/doubt.ts'
import type { TenantTx } from './tenant.ts'

/** What the rows know of an integration that its owner may not: open gaps and parked events. */
export interface RowCircumstances {
  readonly openGaps: readonly { readonly reason: DoubtReason; readonly openedAt: number }[]
  readonly parked: { readonly count: number; readonly reason: string | null }
}

/** Reads them; who asks has seen the integration. */
export async function readCircumstances(
  { trx, organizationId }: TenantTx,
  integrationId: string,
): Promise<RowCircumstances> {
  const gaps = await trx
    .selectFrom('gap')
    .select(['reason', 'opened_at'])
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('closed_at', 'is', null)
    .orderBy('opened_at')
    .execute()
  const parked = await trx
    .selectFrom('parked_item as p')
    .innerJoin('inbound_event as e', (join) =>
      join.onRef('e.organization_id', '=', 'p.organization_id').onRef('e.id', '=', 'p.event_id'),
    )
    .select([sql<number>`count(*)`.as('count')])
    .select(sql<string | null>`(array_agg(p.reason order by p.created_at desc))[1]`.as('reason'))
    .where('p.organization_id', '=', organizationId)
    .where('e.integration_id', '=', integrationId)
    .where('p.resolved_at', 'is', null)
    .executeTakeFirstOrThrow()
  const openGaps = gaps.map(({ reason, opened_at }) => ({ reason, openedAt: opened_at.getTime() }))
  return { openGaps, parked }
}
