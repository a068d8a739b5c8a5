import { sql } from 'kysely'
import type { IntegrationStatus, Wanted } from '../domain/integration-status.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import { newId } from './ids.ts'
import { INTEGRATION_COLUMNS, type IntegrationJson, integrationJson } from './integration-json.ts'
import { pageOf } from './page.ts'
import type { TenantTx, Viewer } from './tenant.ts'

export { closeIntegration, projectReport } from './integration-reports.ts'
export { readWanted } from './integration-facts.ts'
export type { IntegrationJson } from './integration-json.ts'

/** An integration as activities see it. */
export interface Integration {
  readonly id: string
  readonly provider: ProviderName
  readonly scope: 'user' | 'organization'
  readonly userId: string
  readonly purpose: 'prospects' | 'sessions'
  readonly status: IntegrationStatus
  readonly wanted: Wanted
  readonly wantedRevision: number
  readonly observedRevision: number
  readonly providerUserUri: string | null
  readonly providerOrganizationUri: string | null
  readonly baseUrl: string | null
}

/** The integration, or undefined when it is nobody's here. */
export async function readIntegration(
  { trx, organizationId }: TenantTx,
  id: string,
): Promise<Integration | undefined> {
  return trx
    .selectFrom('integration')
    .select(['id', 'provider', 'scope', 'user_id as userId', 'purpose', 'status', 'wanted'])
    .select(['wanted_revision as wantedRevision', 'observed_revision as observedRevision'])
    .select(['provider_user_uri as providerUserUri', 'base_url as baseUrl'])
    .select('provider_organization_uri as providerOrganizationUri')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst()
}

interface IntegrationQuery {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of the integrations that the viewer may see, in the order they were made. */
export async function listIntegrations(
  { trx, organizationId }: TenantTx,
  viewer: Viewer,
  { cursor, limit }: IntegrationQuery,
): Promise<{ items: IntegrationJson[]; nextCursor: string | null }> {
  const rows = await trx
    .selectFrom('integration')
    .select(INTEGRATION_COLUMNS)
    .where('organization_id', '=', organizationId)
    .$if(!viewer.seesAll, (query) => query.where('user_id', '=', viewer.userId))
    .$if(cursor !== undefined, (query) => query.where('id', '>', cursor ?? ''))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, integrationJson)
}

/** One integration as REST shows it, unless it is nobody's or not for this viewer. */
export async function showIntegration(
  tx: TenantTx,
  viewer: Viewer,
  id: string,
): Promise<IntegrationJson | undefined> {
  const row = await shown(tx, viewer, id).executeTakeFirst()
  return row && integrationJson(row)
}

/** The same, and nobody else changes it before this transaction ends. */
export async function lockShown(
  tx: TenantTx,
  viewer: Viewer,
  id: string,
): Promise<IntegrationJson | undefined> {
  const row = await shown(tx, viewer, id).forNoKeyUpdate().executeTakeFirst()
  return row && integrationJson(row)
}

const shown = ({ trx, organizationId }: TenantTx, viewer: Viewer, id: string) =>
  trx
    .selectFrom('integration')
    .select(INTEGRATION_COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .$if(!viewer.seesAll, (query) => query.where('user_id', '=', viewer.userId))

interface Connection {
  readonly provider: ProviderName
  readonly scope: 'user' | 'organization'
  readonly userId: string
  readonly purpose?: 'prospects' | 'sessions' | undefined
}

/** The one integration of this person (or organization) with a provider; two at once make one. */
export async function findOrCreateForConnect(
  { trx, organizationId }: TenantTx,
  { provider, scope, userId, purpose }: Connection,
): Promise<string> {
  await trx
    .insertInto('integration')
    .values({
      organization_id: organizationId,
      id: newId(),
      provider,
      scope,
      user_id: userId,
      purpose: purpose ?? (provider === 'calcom' ? 'sessions' : 'prospects'),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const { id } = await trx
    .selectFrom('integration')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('provider', '=', provider)
    .where('scope', '=', scope)
    .$if(scope === 'user', (query) => query.where('user_id', '=', userId))
    .executeTakeFirstOrThrow()
  return id
}

interface Wish {
  readonly integrationId: string
  readonly wanted: Wanted
  readonly operationId?: string | undefined
}

/**
 * Writes what is wanted under a new revision, which the operation waits for. Disconnecting stops
 * the intake in this same commit. Answers the revision.
 */
export async function want(
  { trx, organizationId }: TenantTx,
  { integrationId, wanted, operationId }: Wish,
): Promise<number> {
  const { wanted_revision: revision } = await trx
    .updateTable('integration')
    .set({
      wanted,
      wanted_revision: sql<number>`wanted_revision + 1`,
      updated_at: sql<Date>`now()`,
      ...(wanted === 'disconnected' && { status: 'disconnecting', webhook_active: false }),
      ...(wanted === 'connected' && {
        disconnected_at: null,
        disconnected_by: null,
        status: sql<IntegrationStatus>`case when status in ('disconnecting', 'disconnected',
          'paused', 'failed') then 'connecting' else status end`,
      }),
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', integrationId)
    .returning('wanted_revision')
    .executeTakeFirstOrThrow()
  if (operationId !== undefined)
    await trx
      .updateTable('operation')
      .set({ integration_id: integrationId, wanted_revision: revision, progress: 'waiting' })
      .where('organization_id', '=', organizationId)
      .where('id', '=', operationId)
      .where('finished_at', 'is', null)
      .execute()
  return revision
}
