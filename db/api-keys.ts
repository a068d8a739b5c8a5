import { sql } from 'kysely'
import type { Role } from './schema.ts'
import type { TenantTx } from './tenant.ts'

interface NewApiKey {
  readonly id: string
  readonly name: string
  /** The first characters, by which a person recognises it. */
  readonly prefix: string
  readonly hash: Buffer
  readonly role: Role
  readonly userId: string
}

/** Keeps the digest of a key; the key itself is shown once and never stored. */
export async function createApiKey({ trx, organizationId }: TenantTx, key: NewApiKey) {
  await trx
    .insertInto('api_key')
    .values({
      organization_id: organizationId,
      id: key.id,
      name: key.name,
      prefix: key.prefix,
      hash: key.hash,
      role: key.role,
      user_id: key.userId,
    })
    .execute()
}

/** Who bears a key, unless it is revoked; notes its use at most once a minute. */
export async function findApiKeyIdentity({ trx, organizationId }: TenantTx, apiKeyId: string) {
  const row = await trx
    .selectFrom('api_key as k')
    .innerJoin('app_user as u', (join) =>
      join.onRef('u.organization_id', '=', 'k.organization_id').onRef('u.id', '=', 'k.user_id'),
    )
    .select(['k.user_id as userId', 'k.role', 'u.name'])
    .where('k.organization_id', '=', organizationId)
    .where('k.id', '=', apiKeyId)
    .where('k.revoked_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return undefined
  await trx
    .updateTable('api_key')
    .set({ last_used_at: sql<Date>`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', apiKeyId)
    .where(sql<boolean>`coalesce(last_used_at < now() - interval '1 minute', true)`)
    .execute()
  return row
}

/** The keys of the organization, newest first, without anything that opens a door. */
export async function listApiKeys({ trx, organizationId }: TenantTx) {
  return trx
    .selectFrom('api_key')
    .select(['id', 'name', 'prefix', 'role', 'user_id', 'created_at', 'last_used_at', 'revoked_at'])
    .where('organization_id', '=', organizationId)
    .orderBy('id', 'desc')
    .execute()
}

/** Ends a key; false when there is none to end. */
export async function revokeApiKey({ trx, organizationId }: TenantTx, id: string) {
  const { numUpdatedRows } = await trx
    .updateTable('api_key')
    .set({ revoked_at: sql<Date>`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
