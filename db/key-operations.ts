import { sql } from 'kysely'
import type { ProviderName } from '../domain/provider-name.ts'
import { placeOf } from './operations.ts'
import { open, seal } from './sealing.ts'
import type { TenantTx } from './tenant.ts'

/** A key as a person hands it over, with what they want of it. */
export interface HandedKey {
  readonly provider: ProviderName
  readonly scope: 'user' | 'organization'
  readonly userId: string
  readonly purpose: 'prospects' | 'sessions' | null
  readonly key: string
  readonly apiAddress: string
}

/** Keeps a key sealed with the wish to connect by it, until it is tried. */
export async function handOverKey(
  { trx, organizationId, keyRing }: TenantTx,
  { id, expiresAt, ...handed }: HandedKey & { readonly id: string; readonly expiresAt: Date },
): Promise<void> {
  await trx
    .insertInto('operation')
    .values({
      organization_id: organizationId,
      id,
      kind: 'connect',
      provider: handed.provider,
      scope: handed.scope,
      user_id: handed.userId,
      purpose: handed.purpose,
      api_address: handed.apiAddress,
      code: seal(keyRing, placeOf(organizationId, id, 'code'), handed.key),
      progress: 'authorized',
      expires_at: expiresAt,
      ready_at: sql<Date>`now()`,
    })
    .execute()
}

/** The key of an operation, opened; undefined where there is none, or it was taken already. */
export async function handedKey(
  { trx, organizationId, keyRing }: TenantTx,
  id: string,
): Promise<HandedKey | undefined> {
  const row = await trx
    .selectFrom('operation')
    .select(['provider', 'scope', 'user_id as userId', 'purpose', 'code'])
    .select('api_address as apiAddress')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  // Where there is consent there is a code, too, but no address: that one works once.
  if (row === undefined || row.code === null || row.apiAddress === null) return undefined
  const { code, apiAddress, ...rest } = row
  return { ...rest, apiAddress, key: open(keyRing, placeOf(organizationId, id, 'code'), code) }
}

/** The key is kept with its integration: here it is needed no more. */
export async function forgetHandedKey(
  { trx, organizationId }: TenantTx,
  id: string,
): Promise<void> {
  await trx
    .updateTable('operation')
    .set({ code: null })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute()
}
