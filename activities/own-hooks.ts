import { markDeleted } from '../db/subscriptions.ts'
import { endpointOf } from '../domain/reconciliation.ts'
import type { ActivityDeps, OwnedJob } from './deps.ts'
import { listHooks, type Reach } from './reach.ts'

/**
 * Deletes the hooks that this account's own generations made, and nothing that serves another
 * account; answers how many stood.
 */
export async function deleteOwnHooks(
  { database }: ActivityDeps,
  { organizationId, integrationId, now }: OwnedJob,
  reach: Reach,
): Promise<number> {
  const { provider, access, account, own } = reach
  const mine = new Set(
    own
      .filter(({ accountUserUri }) => (accountUserUri ?? account.userUri) === account.userUri)
      .map(({ endpoint }) => endpoint),
  )
  const hooks = (await listHooks(reach)).filter(({ callbackUrl }) =>
    mine.has(endpointOf(callbackUrl) ?? ''),
  )
  for (const { uri, callbackUrl } of hooks) {
    await provider.deleteSubscription(access, uri)
    await database.withTenant(organizationId, (tx) =>
      markDeleted(tx, { integrationId, callbackUrl, now }),
    )
  }
  return hooks.length
}
