import type { TenantTx } from './tenant.ts'

/** A client whose packages and sessions nobody else changes now, and who hears of changes. */
export interface LockedClient {
  readonly id: string
  readonly name: string | null
  /** As it is under the lock: an erasure that was waited for has changed it. */
  readonly emailNormalized: string
  /** The client's own user and the colleague who made it, where there are such. */
  readonly audience: readonly string[]
}

/** Keeps everybody else from choosing what pays for this client, until this transaction ends. */
export async function lockClient(
  { trx, organizationId }: TenantTx,
  clientId: string,
): Promise<LockedClient | undefined> {
  const row = await trx
    .selectFrom('client')
    .select(['id', 'name', 'email_normalized', 'user_id', 'owner_user_id'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', clientId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return undefined
  const audience = [row.user_id, row.owner_user_id].filter((id) => id !== null)
  return { id: row.id, name: row.name, emailNormalized: row.email_normalized, audience }
}
