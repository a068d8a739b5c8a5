import type { CreditKind } from '../domain/credits.ts'
import { pageOf } from './page.ts'
import type { TenantTx } from './tenant.ts'

/** A line of the ledger as REST shows it. */
export interface CreditEntryJson {
  readonly id: string
  readonly kind: CreditKind
  readonly left_change: number
  readonly held_change: number
  readonly spent_change: number
  readonly session_id: string | null
  readonly event_id: string | null
  readonly reason: string | null
  readonly actor_user_id: string | null
  readonly at: string
}

interface LedgerQuery {
  readonly packageId: string
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of a package's ledger, newest first; the caller has made sure who may see it. */
export async function listCredits(
  { trx, organizationId }: TenantTx,
  { packageId, cursor, limit }: LedgerQuery,
): Promise<{ items: CreditEntryJson[]; nextCursor: string | null }> {
  const rows = await trx
    .selectFrom('credit_entry')
    .select([
      'id',
      'kind',
      'left_change',
      'held_change',
      'spent_change',
      'session_id',
      'event_id',
      'reason',
      'actor_user_id',
      'at',
    ])
    .where('organization_id', '=', organizationId)
    .where('package_id', '=', packageId)
    .$if(cursor !== undefined, (query) => query.where('id', '<', cursor ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, ({ at, ...row }) => ({ ...row, at: at.toISOString() }))
}
