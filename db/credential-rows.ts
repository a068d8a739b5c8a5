import { sql } from 'kysely'
import { NEVER_EXPIRES } from '../domain/token-life.ts'
import { type SealedPlace, seal } from './sealing.ts'
import type { TenantTx } from './tenant.ts'

/** A fresh grant in clear: never logged, never in a workflow. */
export interface Tokens {
  readonly accessToken: string
  /** Null where there is nothing to renew it with: a key. */
  readonly refreshToken: string | null
  /** Null where it lives until somebody deletes it. */
  readonly expiresInSeconds: number | null
  /** Where the API is that it opens; left out where that is the same for everybody. */
  readonly apiAddress?: string | null
  readonly scope: string | null
  readonly ownerUri: string | null
  readonly organizationUri: string | null
}

/** Serialises what writes credentials of one integration. */
export async function lockIntegration({ trx, organizationId }: TenantTx, id: string) {
  return trx
    .selectFrom('integration')
    .select(['id', 'provider_user_uri', 'provider', 'scope', 'user_id', 'wanted'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
}

/** One more than any generation there ever was: the row keeps the number when rows are erased. */
export async function nextGeneration(
  { trx, organizationId }: TenantTx,
  integrationId: string,
): Promise<number> {
  const { rows } = await sql<{ next: number }>`
    select greatest(
      (select coalesce(max(generation), 0) from credential
        where organization_id = ${organizationId} and integration_id = ${integrationId}),
      (select coalesce(token_generation, 0) from integration
        where organization_id = ${organizationId} and id = ${integrationId})) + 1 as next`.execute(
    trx,
  )
  return rows[0]?.next ?? 1
}

interface NewCredential {
  readonly integrationId: string
  readonly tokens: Tokens
  readonly now: number
  readonly generation: number
  readonly role: 'incoming' | 'current' | 'outgoing' | 'superseded'
  readonly accountEmail?: string | null
}

/** Seals and stores one generation of tokens. */
export async function insertCredential(tx: TenantTx, fresh: NewCredential): Promise<Date> {
  const { trx, organizationId, keyRing } = tx
  const { integrationId, generation, tokens, now, role, accountEmail } = fresh
  const place = { organizationId, integrationId, generation }
  const { accessToken, refreshToken, expiresInSeconds: seconds } = tokens
  const expiresAt = new Date(seconds === null ? NEVER_EXPIRES : now + seconds * 1000)
  await trx
    .insertInto('credential')
    .values({
      organization_id: organizationId,
      integration_id: integrationId,
      generation,
      role,
      api_address: tokens.apiAddress ?? null,
      access_token: seal(keyRing, placeOf(place, 'access_token'), accessToken),
      refresh_token:
        refreshToken === null ? null : seal(keyRing, placeOf(place, 'refresh_token'), refreshToken),
      account_user_uri: tokens.ownerUri,
      account_organization_uri: tokens.organizationUri,
      account_email: accountEmail ?? null,
      scope: tokens.scope,
      issued_at: new Date(now),
      expires_at: expiresAt,
    })
    .execute()
  return expiresAt
}

interface Row {
  readonly organizationId: string
  readonly integrationId: string
  readonly generation: number
}

/** Where the tokens of a generation are sealed. */
export const placeOf = (row: Row, field: 'access_token' | 'refresh_token'): SealedPlace => ({
  organizationId: row.organizationId,
  row: `credential/${row.integrationId}`,
  field,
  generation: row.generation,
})
