import {
  insertCredential,
  lockIntegration,
  nextGeneration,
  placeOf,
  type Tokens,
} from './credential-rows.ts'
import { pruneSuperseded, supersede } from './credential-superseding.ts'
import type { CredentialTable } from './schema-integrations.ts'
import { open } from './sealing.ts'
import type { TenantTx } from './tenant.ts'

export {
  beginRefresh,
  clearIntent,
  leaveUnclear,
  storeRefreshed,
} from './refreshing.ts'
export { eraseCredentials, promoteIncoming } from './credential-roles.ts'
export { keepUnused, supersede } from './credential-superseding.ts'
export {
  dropOutgoing,
  isUnwanted,
  killCredential,
  refuseIncoming,
  renewOutgoing,
} from './credential-ends.ts'

/** The tokens of one generation, opened. */
export interface OpenTokens {
  readonly generation: number
  readonly accessToken: string
  /** Empty where the provider has used it up, or never gave one. */
  readonly refreshToken: string
  /** Where the API is that they open; null where that is the same for everybody. */
  readonly apiAddress: string | null
  readonly account: { readonly userUri: string; readonly organizationUri: string } | null
}

interface Incoming {
  readonly integrationId: string
  readonly tokens: Tokens
  readonly now: number
}

/** Keeps a fresh grant beside the one in use, until it is known whose it is. */
export async function storeIncoming(tx: TenantTx, { integrationId, tokens, now }: Incoming) {
  await lockIntegration(tx, integrationId)
  const generation = await nextGeneration(tx, integrationId)
  await supersede(tx, { integrationId, roles: ['incoming'] })
  await pruneSuperseded(tx, { integrationId, now })
  await insertCredential(tx, { integrationId, generation, tokens, now, role: 'incoming' })
  return generation
}

interface TokensQuery {
  readonly integrationId: string
  readonly role: 'incoming' | 'current' | 'outgoing'
}

/** The newest tokens of a role, or undefined where there are none. */
export async function openTokens(
  tx: TenantTx,
  { integrationId, role }: TokensQuery,
): Promise<OpenTokens | undefined> {
  const all = await openAllTokens(tx, integrationId)
  return all.find((tokens) => tokens.role === role)
}

/** All tokens there are, newest first, whatever their role. */
export async function openAllTokens(
  { trx, organizationId, keyRing }: TenantTx,
  integrationId: string,
): Promise<(OpenTokens & { readonly role: CredentialTable['role'] })[]> {
  const rows = await trx
    .selectFrom('credential')
    .select(['generation', 'role', 'access_token', 'refresh_token'])
    .select(['account_user_uri', 'account_organization_uri', 'api_address'])
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('access_token', 'is not', null)
    .orderBy('generation', 'desc')
    .execute()
  return rows.map((row) => {
    const place = { organizationId, integrationId, generation: row.generation }
    return {
      generation: row.generation,
      role: row.role,
      apiAddress: row.api_address,
      accessToken: open(keyRing, placeOf(place, 'access_token'), row.access_token ?? ''),
      refreshToken:
        row.refresh_token === null
          ? ''
          : open(keyRing, placeOf(place, 'refresh_token'), row.refresh_token),
      account:
        row.account_user_uri === null || row.account_organization_uri === null
          ? null
          : { userUri: row.account_user_uri, organizationUri: row.account_organization_uri },
    }
  })
}
