import { sql } from 'kysely'
import { createGeneration, openSigningKey } from './subscriptions.ts'
import type { TenantTx } from './tenant.ts'

interface AccessWish {
  readonly integrationId: string
  /** Null leaves it as it is. */
  readonly purpose: 'prospects' | 'sessions' | null
  readonly isByHand: boolean
}

/** How an integration is connected from now on, and what its bookings become. */
export async function useAccess(
  { trx, organizationId }: TenantTx,
  { integrationId, purpose, isByHand }: AccessWish,
): Promise<void> {
  await trx
    .updateTable('integration')
    .set({
      webhook_only: isByHand,
      ...(purpose !== null && { purpose }),
      // Of a webhook made by hand it is not known whose it is, and nothing has come from it yet.
      ...(isByHand && {
        last_delivery_at: null,
        provider_user_uri: null,
        provider_organization_uri: null,
        provider_account_email: null,
      }),
      updated_at: sql<Date>`now()`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', integrationId)
    .execute()
}

/**
 * Whether a hook of ours may stand at an account that is connected by access of ours, or access is
 * kept to clean up with: beside a webhook made by hand it would be used again.
 */
export async function isHeldByAccess(
  { trx, organizationId }: TenantTx,
  integrationId: string,
): Promise<boolean> {
  const row = await trx
    .selectFrom('integration')
    .select(['webhook_only', 'wanted', 'status', 'provider_user_uri'])
    .select(
      sql<boolean>`exists (select from credential c where c.organization_id = ${organizationId}
        and c.integration_id = ${integrationId})`.as('has_access'),
    )
    .where('organization_id', '=', organizationId)
    .where('id', '=', integrationId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  if (row.has_access) return true
  return !row.webhook_only && row.provider_user_uri !== null && row.status !== 'disconnected'
}

interface ByHandWish {
  readonly integrationId: string
  readonly baseUrl: string
  readonly scope: 'user' | 'organization'
  readonly now: number
}

/**
 * A fresh endpoint with its secret, for a webhook that a person makes by hand. The one before it is
 * still taken for 48 hours.
 */
export async function openEndpointByHand(
  tx: TenantTx,
  { integrationId, baseUrl, scope, now }: ByHandWish,
): Promise<{ readonly subscriberUrl: string; readonly secret: string }> {
  const { trx, organizationId } = tx
  const { generation } = await createGeneration(tx, {
    integrationId,
    baseUrl,
    scope,
    account: null,
    now,
  })
  const mine = trx
    .updateTable('subscription')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
  await mine
    .set({ state: 'retired', retired_at: sql<Date>`now()` })
    .where('generation', '<', generation)
    .where('state', 'in', ['live', 'creating'])
    .execute()
  await mine.set({ state: 'live' }).where('generation', '=', generation).execute()
  const { callbackUrl, signingKey } = await openSigningKey(tx, { integrationId, generation })
  return { subscriberUrl: callbackUrl, secret: signingKey }
}
