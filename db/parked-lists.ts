import { pageOf } from './page.ts'
import type { TenantTx, Viewer } from './tenant.ts'

interface ParkedQuery {
  readonly cursor?: string | undefined
  readonly limit: number
}

/**
 * A page of what waits, oldest first, of integrations that the viewer may see. Of the fact it waits
 * for only the kind is told: its name can hold a digest of an address, which can be guessed.
 */
export async function listParked(tx: TenantTx, viewer: Viewer, { cursor, limit }: ParkedQuery) {
  const rows = await seen(tx, viewer)
    .select(['p.id', 'p.event_id', 'p.reason', 'p.waits_for', 'p.created_at', 'p.resolved_at'])
    .select(['p.resolution', 'e.integration_id'])
    .$if(cursor !== undefined, (query) => query.where('p.id', '>', cursor ?? ''))
    .orderBy('p.id')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, ({ created_at, resolved_at, waits_for, ...row }) => ({
    ...row,
    waits_for: kindOf(waits_for),
    created_at: created_at.toISOString(),
    resolved_at: resolved_at?.toISOString() ?? null,
  }))
}

const kindOf = (fact: string): string => fact.split(':', 1)[0] ?? ''

/** The event behind an item that waits, locked, if the viewer may see it. */
export const openItem = (tx: TenantTx, viewer: Viewer, id: string) =>
  seen(tx, viewer)
    .select(['p.event_id as eventId', 'e.provider'])
    .where('p.id', '=', id)
    .forUpdate('p')
    .executeTakeFirst()

const seen = ({ trx, organizationId }: TenantTx, viewer: Viewer) =>
  trx
    .selectFrom('parked_item as p')
    .innerJoin('inbound_event as e', (join) =>
      join.onRef('e.organization_id', '=', 'p.organization_id').onRef('e.id', '=', 'p.event_id'),
    )
    .innerJoin('integration as i', (join) =>
      join
        .onRef('i.organization_id', '=', 'e.organization_id')
        .onRef('i.id', '=', 'e.integration_id'),
    )
    .where('p.organization_id', '=', organizationId)
    .where('p.resolved_at', 'is', null)
    .$if(!viewer.seesAll, (query) => query.where('i.user_id', '=', viewer.userId))
