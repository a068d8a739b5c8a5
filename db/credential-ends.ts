import {
  insertCredential,
  lockIntegration,
  nextGeneration,
  type Tokens,
} from './credential-rows.ts'
import { supersede } from './credential-superseding.ts'
import type { TenantTx } from './tenant.ts'

interface Generation {
  readonly integrationId: string
  readonly generation: number
}

/**
 * Marks a generation as dead, unless a newer one has replaced it. Its tokens stay sealed until
 * they are erased: a late true answer may still heal it.
 */
export async function killCredential(
  tx: TenantTx,
  { integrationId, generation, why }: Generation & { readonly why: string },
): Promise<boolean> {
  await lockIntegration(tx, integrationId)
  const { numUpdatedRows } = await tx.trx
    .updateTable('credential')
    .set({ role: 'dead', dead_reason: why })
    .where('organization_id', '=', tx.organizationId)
    .where('integration_id', '=', integrationId)
    .where('generation', '=', generation)
    .where('role', 'in', ['incoming', 'current', 'dead'])
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * A fresh grant was refused by the provider. Where another one is in use, that stays so and the
 * fresh one is out of use (`kept`); else it is all there is, and it is dead.
 */
export async function refuseIncoming(
  tx: TenantTx,
  { integrationId, generation, why }: Generation & { readonly why: string },
): Promise<'kept' | 'dead'> {
  const { trx, organizationId } = tx
  await lockIntegration(tx, integrationId)
  const inUse = await trx
    .selectFrom('credential')
    .select('generation')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('role', '=', 'current')
    .executeTakeFirst()
  if (inUse === undefined) {
    await killCredential(tx, { integrationId, generation, why })
    return 'dead'
  }
  await supersede(tx, { integrationId, roles: ['incoming'], generation })
  return 'kept'
}

/** Whether nobody wants the integration any more; so it stays until this transaction ends. */
export const isUnwanted = async (tx: TenantTx, integrationId: string): Promise<boolean> =>
  (await lockIntegration(tx, integrationId)).wanted === 'disconnected'

/** An account was left, with or without its hook: every token of it is destroyed. */
export async function dropOutgoing(
  { trx, organizationId }: TenantTx,
  { integrationId, accountUserUri }: { integrationId: string; accountUserUri: string },
): Promise<void> {
  await trx
    .deleteFrom('credential')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('role', 'in', ['outgoing', 'superseded'])
    .where('account_user_uri', '=', accountUserUri)
    .execute()
}

interface Renewal extends Generation {
  readonly account: { readonly userUri: string; readonly organizationUri: string }
  readonly tokens: Tokens
  readonly now: number
}

/** The tokens of an account that is being left had to be renewed once more to clean up there. */
export async function renewOutgoing(tx: TenantTx, renewal: Renewal): Promise<void> {
  const { integrationId, generation, account, tokens, now } = renewal
  await lockIntegration(tx, integrationId)
  const next = await nextGeneration(tx, integrationId)
  await supersede(tx, { integrationId, roles: ['outgoing'], generation, isSpent: true })
  await insertCredential(tx, {
    integrationId,
    generation: next,
    role: 'outgoing',
    now,
    tokens: {
      ...tokens,
      ownerUri: account.userUri,
      organizationUri: account.organizationUri,
    },
  })
  await tx.trx
    .updateTable('integration')
    .set({ token_generation: next })
    .where('organization_id', '=', tx.organizationId)
    .where('id', '=', integrationId)
    .execute()
}
