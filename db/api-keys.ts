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

/**
 * Who bears a key, and what it may do now; nobody where it is revoked, or its owner was erased.
 * Notes its use at most once a minute.
 */
export async function findApiKeyIdentity({ trx, organizationId }: TenantTx, apiKeyId: string) {
  const row = await trx
    .selectFrom('api_key as k')
    .innerJoin('app_user as u', (join) =>
      join.onRef('u.organization_id', '=', 'k.organization_id').onRef('u.id', '=', 'k.user_id'),
    )
    .select(['k.user_id as userId', 'k.role', 'u.role as ownerRole', 'u.name'])
    .where('k.organization_id', '=', organizationId)
    .where('k.id', '=', apiKeyId)
    .where('k.revoked_at', 'is', null)
    .where(sql<boolean>`u.subject <> ${ERASED_SUBJECT}`)
    .executeTakeFirst()
  if (row === undefined) return undefined
  await trx
    .updateTable('api_key')
    .set({ last_used_at: sql<Date>`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', apiKeyId)
    .where(sql<boolean>`coalesce(last_used_at < now() - interval '1 minute', true)`)
    .execute()
  const { userId, name, role, ownerRole } = row
  return { userId, name, role: lesserRole(role, ownerRole) }
}

/**
 * The keys of the organization, newest first, without anything that opens a door. Each tells the
 * role it was made with, and the one it has while its owner is who they are now.
 */
export async function listApiKeys({ trx, organizationId }: TenantTx) {
  const rows = await trx
    .selectFrom('api_key as k')
    .innerJoin('app_user as u', (join) =>
      join.onRef('u.organization_id', '=', 'k.organization_id').onRef('u.id', '=', 'k.user_id'),
    )
    .select(['k.id', 'k.name', 'k.prefix', 'k.role', 'k.user_id', 'u.role as owner_role'])
    .select(['k.created_at', 'k.last_used_at', 'k.revoked_at'])
    .where('k.organization_id', '=', organizationId)
    .orderBy('k.id', 'desc')
    .execute()
  return rows.map(({ owner_role, ...key }) => ({
    ...key,
    effective_role: lesserRole(key.role, owner_role),
  }))
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

/** What the subject of somebody who was erased has become: see erase_traces. */
const ERASED_SUBJECT = sql`'erased ' || u.id`

const UPWARDS: readonly Role[] = ['client', 'member', 'admin']

/** A key never does more than its owner may do by now. */
const lesserRole = (one: Role, other: Role): Role =>
  UPWARDS.indexOf(one) < UPWARDS.indexOf(other) ? one : other
