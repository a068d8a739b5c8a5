import { sql } from 'kysely'
import { NEVER_EXPIRES } from '../domain/token-life.ts'
import { lockIntegration, nextGeneration } from './credential-rows.ts'
import { supersede } from './credential-superseding.ts'
import { endDebts } from './debts.ts'
import type { TenantTx } from './tenant.ts'

interface Promotion {
  readonly integrationId: string
  readonly generation: number
  readonly account: {
    readonly userUri: string
    readonly organizationUri: string
    readonly email: string
    readonly name: string
  }
  readonly now: number
}

/**
 * Makes an identified grant the one in use, and takes over what is owed in its account. Of the same
 * account, the former tokens are superseded; of another, they stay as `outgoing` until its hook is
 * gone.
 */
export async function promoteIncoming(
  tx: TenantTx,
  promotion: Promotion,
): Promise<'first' | 'same' | 'other'> {
  const { trx, organizationId } = tx
  const { integrationId, generation, account } = promotion
  const integration = await lockIntegration(tx, integrationId)
  const was = integration.provider_user_uri
  const isSame = was === account.userUri
  const mine = trx
    .updateTable('credential')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
  const promoted = await trx
    .selectFrom('credential')
    .select(['role', 'expires_at'])
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('generation', '=', generation)
    .executeTakeFirst()
  // Done by an earlier try whose answer was lost, or overtaken by a newer grant.
  if (promoted?.role !== 'incoming') return isSame ? 'same' : 'other'
  if (was !== null && !isSame)
    await mine
      .set({ role: 'outgoing' })
      .where('role', 'in', ['current', 'dead'])
      .where('generation', '<>', generation)
      .where('access_token', 'is not', null)
      // A grant that was refused before it told whose it is leads to no account, and to no hook.
      .where('account_user_uri', 'is not', null)
      .execute()
  await supersede(tx, { integrationId, roles: ['current', 'dead'], but: generation })
  await mine
    .set({
      role: 'current',
      account_user_uri: account.userUri,
      account_organization_uri: account.organizationUri,
      account_email: account.email,
    })
    .where('generation', '=', generation)
    .execute()
  await trx
    .updateTable('integration')
    .set({
      provider_user_uri: account.userUri,
      provider_organization_uri: account.organizationUri,
      provider_account_email: account.email,
      // A refresh that ended while this grant waited has taken a higher number: never give it again.
      token_generation: sql<number>`greatest(token_generation, ${generation})`,
      token_expires_at:
        promoted.expires_at.getTime() === NEVER_EXPIRES ? null : promoted.expires_at,
      updated_at: sql<Date>`now()`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', integrationId)
    .execute()
  // Whoever is back needs hook and grant: reconciliation and this grant see to them.
  await endDebts(tx, { integrationId, accountUserUri: account.userUri, resolution: 'takenOver' })
  if (!isSame) await adoptHosts(tx, integration.user_id, account.userUri)
  if (was === null) return 'first'
  return isSame ? 'same' : 'other'
}

/** Meetings this person hosted before connecting become theirs to see. */
async function adoptHosts({ trx, organizationId }: TenantTx, userId: string, hostUri: string) {
  await trx
    .updateTable('meeting_host')
    .set({ user_id: userId })
    .where('organization_id', '=', organizationId)
    .where('host_uri', '=', hostUri)
    .where('user_id', 'is', null)
    .execute()
}

interface Erasure {
  readonly integrationId: string
  readonly now: number
}

/** Destroys every token of the integration; the keys of its endpoints live 48 hours more. */
export async function eraseCredentials(tx: TenantTx, { integrationId }: Erasure): Promise<void> {
  const { trx, organizationId } = tx
  await lockIntegration(tx, integrationId)
  const highest = (await nextGeneration(tx, integrationId)) - 1
  await trx
    .deleteFrom('credential')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .execute()
  await trx
    .updateTable('subscription')
    .set({ state: 'deleted', deleted_at: sql<Date>`coalesce(deleted_at, now())` })
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('state', '<>', 'deleted')
    .execute()
  await trx
    .updateTable('operation')
    .set({ code: null, code_verifier: null })
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .execute()
  await trx
    .updateTable('integration')
    .set({
      token_expires_at: null,
      // No later grant gets the number of an earlier one, not even of one that was never used.
      ...(highest > 0 && { token_generation: highest }),
      webhook_active: false,
      webhook_subscription_uri: null,
      updated_at: sql<Date>`now()`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', integrationId)
    .execute()
}
