import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { HookEvidence } from '../domain/incident.ts'
import { webhookUrl } from '../domain/public-urls.ts'
import type { OwnGeneration } from '../domain/reconciliation.ts'
import { lockIntegration } from './credential-rows.ts'
import { openKey, sealKey } from './signing-keys.ts'
import type { TenantTx } from './tenant.ts'

interface NewGeneration {
  readonly integrationId: string
  readonly baseUrl: string
  /** Null where nobody knows whose hook it will be. */
  readonly account: { readonly userUri: string; readonly organizationUri: string } | null
  readonly scope: 'user' | 'organization'
  readonly now: number
}

interface Generation {
  readonly integrationId: string
  readonly generation: number
}

/** Makes the next endpoint with its key; commit it before the provider is asked for the hook. */
export async function createGeneration(tx: TenantTx, wish: NewGeneration) {
  const { trx, organizationId, keyRing } = tx
  const { integrationId, baseUrl, account, scope, now } = wish
  const { provider } = await lockIntegration(tx, integrationId)
  const { generation } = await trx
    .selectFrom('subscription')
    .select(sql<number>`coalesce(max(generation), 0) + 1`.as('generation'))
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .executeTakeFirstOrThrow()
  // 192 bits: nobody finds an endpoint by trying.
  const endpoint = randomBytes(24).toString('base64url')
  const callbackUrl = webhookUrl(baseUrl, { provider, endpoint })
  const row = { organization_id: organizationId, integration_id: integrationId, generation }
  await trx
    .insertInto('subscription')
    .values({
      ...row,
      provider,
      endpoint,
      base_url: baseUrl,
      callback_url: callbackUrl,
      scope,
      account_user_uri: account?.userUri ?? null,
      account_organization_uri: account?.organizationUri ?? null,
      signing_key: sealKey(keyRing, row, randomBytes(32).toString('base64url')),
      created_at: new Date(now),
    })
    .execute()
  return { generation, endpoint, callbackUrl }
}

/** The key of a generation, opened, with the URL it is to be registered under. */
export async function openSigningKey(tx: TenantTx, { integrationId, generation }: Generation) {
  const row = await tx.trx
    .selectFrom('subscription')
    .select(['organization_id', 'integration_id', 'generation', 'signing_key', 'callback_url'])
    .where('organization_id', '=', tx.organizationId)
    .where('integration_id', '=', integrationId)
    .where('generation', '=', generation)
    .executeTakeFirstOrThrow()
  return {
    generation,
    callbackUrl: row.callback_url,
    signingKey: openKey(tx.keyRing, row),
  }
}

interface Listed extends Generation {
  readonly remoteUri: string
  readonly retryStartedAt: string | null
  readonly now: number
}

/** The provider listed this generation: it is the live one, and older ones are retired. */
export async function markListed(
  { trx, organizationId }: TenantTx,
  { integrationId, generation, remoteUri, retryStartedAt, now }: Listed,
): Promise<void> {
  const mine = trx
    .updateTable('subscription')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
  await mine
    .set({
      state: 'live',
      remote_uri: remoteUri,
      listed_at: new Date(now),
      retry_started_at: retryStartedAt === null ? null : new Date(retryStartedAt),
      retired_at: null,
    })
    .where('generation', '=', generation)
    .execute()
  await mine
    .set({ state: 'retired', retired_at: sql<Date>`now()` })
    .where('generation', '<', generation)
    .where('state', 'in', ['live', 'creating'])
    .execute()
}

/** What deliveries at the endpoint of a generation were like lately. */
export async function readEvidence(
  { trx, organizationId }: TenantTx,
  { integrationId, generation }: Generation,
): Promise<Omit<HookEvidence, 'at' | 'retryStartedAt'>> {
  const row = await trx
    .selectFrom('subscription')
    .select(['last_delivery_at', 'verify_failures', 'rejections'])
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('generation', '=', generation)
    .executeTakeFirstOrThrow()
  const { stale = 0, ...others } = row.rejections
  return {
    deliveredAt: row.last_delivery_at?.getTime() ?? null,
    failures: row.verify_failures,
    isStaleOnly: stale > 0 && Object.keys(others).length === 0,
  }
}

/** Takes a generation out of use; its deliveries are still taken for 48 hours. */
export async function retireGeneration(
  { trx, organizationId }: TenantTx,
  { integrationId, generation }: Generation & { readonly now: number },
): Promise<void> {
  await trx
    .updateTable('subscription')
    .set({ state: 'retired', retired_at: sql<Date>`now()` })
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('generation', '=', generation)
    .where('state', 'in', ['live', 'creating'])
    .execute()
}

interface Deleted {
  readonly integrationId: string
  readonly callbackUrl: string
  readonly now: number
}

/** The provider has this hook no more. Found by its endpoint, under any base URL we ever used. */
export async function markDeleted(
  { trx, organizationId }: TenantTx,
  { integrationId, callbackUrl }: Deleted,
): Promise<void> {
  const endpoint = callbackUrl.slice(callbackUrl.lastIndexOf('/') + 1)
  await trx
    .updateTable('subscription')
    .set({ state: 'deleted', deleted_at: sql<Date>`coalesce(deleted_at, now())` })
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('endpoint', '=', endpoint)
    .execute()
}

/** Every generation of an integration, newest first. */
export async function listGenerations(
  { trx, organizationId }: TenantTx,
  integrationId: string,
): Promise<OwnGeneration[]> {
  return trx
    .selectFrom('subscription')
    .select(['generation', 'endpoint', 'callback_url as callbackUrl', 'state'])
    .select('account_user_uri as accountUserUri')
    .select('account_organization_uri as accountOrganizationUri')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .orderBy('generation', 'desc')
    .execute()
}

/** How many authentic deliveries came for this integration after it had been disconnected. */
export async function countLate(
  { trx, organizationId }: TenantTx,
  integrationId: string,
): Promise<number> {
  const row = await trx
    .selectFrom('subscription')
    .select(sql<number>`coalesce(sum((rejections ->> 'late')::bigint), 0)::integer`.as('late'))
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .executeTakeFirstOrThrow()
  return row.late
}
