import type { TenantTx } from './tenant.ts'

/** The organization of this transaction. */
export async function readOrganization({ trx, organizationId }: TenantTx) {
  return trx
    .selectFrom('organization')
    .select(['id', 'external_id as externalId', 'name', 'visibility'])
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow()
}

interface Changes {
  readonly name?: string | undefined
  readonly visibility?: 'own' | 'shared' | undefined
}

/** Changes what an admin may change of it. */
export async function updateOrganization(
  { trx, organizationId }: TenantTx,
  { name, visibility }: Changes,
): Promise<void> {
  if (name === undefined && visibility === undefined) return
  await trx
    .updateTable('organization')
    .set({ ...(name !== undefined && { name }), ...(visibility !== undefined && { visibility }) })
    .where('id', '=', organizationId)
    .execute()
}

/** A person of the organization, or undefined. */
export async function readUser({ trx, organizationId }: TenantTx, id: string) {
  return trx
    .selectFrom('app_user')
    .select(['id', 'subject', 'name', 'role', 'created_at as createdAt'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst()
}
