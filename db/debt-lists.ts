import { pageOf } from './page.ts'
import type { TenantTx, Viewer } from './tenant.ts'

/** What is still owed to a provider, as REST shows it. */
export interface DebtJson {
  readonly id: string
  readonly integration_id: string
  readonly kind: 'hook' | 'token'
  readonly remote_uri: string | null
  readonly attempts: number
  readonly last_error: string | null
  readonly created_at: string
  readonly expires_at: string
}

interface DebtQuery {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of what is owed and not given up, oldest first, of integrations the viewer may see. */
export async function listDebts(tx: TenantTx, viewer: Viewer, { cursor, limit }: DebtQuery) {
  const rows = await open(tx)
    .$if(!viewer.seesAll, (query) => query.where('i.user_id', '=', viewer.userId))
    .$if(cursor !== undefined, (query) => query.where('d.id', '>', cursor ?? ''))
    .orderBy('d.id')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, debtJson)
}

/** All that one integration owes, oldest first; who asks has seen the integration. */
export async function debtsOf(tx: TenantTx, integrationId: string): Promise<DebtJson[]> {
  const rows = await open(tx).where('i.id', '=', integrationId).orderBy('d.id').execute()
  return rows.map(debtJson)
}

const open = ({ trx, organizationId }: TenantTx) =>
  trx
    .selectFrom('cleanup_debt as d')
    .innerJoin('integration as i', (join) =>
      join
        .onRef('i.organization_id', '=', 'd.organization_id')
        .onRef('i.id', '=', 'd.integration_id'),
    )
    .select(['d.id', 'd.integration_id', 'd.kind', 'd.remote_uri', 'd.attempts', 'd.last_error'])
    .select(['d.created_at', 'd.expires_at'])
    .where('d.organization_id', '=', organizationId)
    .where('d.resolution', 'is', null)

type Row = Omit<DebtJson, 'created_at' | 'expires_at'> & { created_at: Date; expires_at: Date }

const debtJson = ({ created_at, expires_at, ...row }: Row): DebtJson => ({
  ...row,
  created_at: created_at.toISOString(),
  expires_at: expires_at.toISOString(),
})
