import { recordAudit } from '../db/audit.ts'
import { eraseCredentials } from '../db/credentials.ts'
import { debtsOf, endDebts } from '../db/debts.ts'
import { lockShown } from '../db/integrations.ts'
import { type Identity, viewerOf } from './auth.ts'
import type { ApiDeps } from './deps.ts'
import { HttpProblem } from './problems.ts'

/** What stands at the provider after we have forgotten how to remove it. */
export interface LeftBehind {
  readonly kind: 'hook' | 'token'
  readonly remote_uri: string | null
}

/**
 * Destroys at once what is kept to pay the debts of a disconnected integration, and says what
 * therefore stays behind at the provider. A second time there is nothing left to forget.
 */
export async function forget(
  { database, gateway }: ApiDeps,
  caller: Identity,
  integrationId: string,
): Promise<readonly LeftBehind[]> {
  const { organizationId, userId } = caller
  const { provider, left } = await database.withTenant(organizationId, async (tx) => {
    const integration = await lockShown(tx, viewerOf(caller), integrationId)
    if (integration === undefined)
      throw new HttpProblem('not-found', 'No such integration, or not yours.')
    if (integration.status !== 'disconnected')
      throw new HttpProblem('conflict', 'Only what is disconnected can be forgotten.')
    const debts = await debtsOf(tx, integrationId)
    if (debts.length > 0) {
      await eraseCredentials(tx, { integrationId, now: Date.now() })
      await endDebts(tx, { integrationId, resolution: 'forgotten' })
      await recordAudit(tx, {
        actorUserId: userId,
        action: 'integration.forget',
        subject: `integration/${integrationId}`,
        detail: { debts: debts.length },
      })
    }
    const stays = debts.map(({ kind, remote_uri }) => ({ kind, remote_uri }))
    return { provider: integration.provider, left: stays }
  })
  // The owner reads its row and ends; should Temporal be away, it finds out at its next try.
  if (left.length > 0)
    await gateway.nudge({ organizationId, integrationId, provider }).catch(() => undefined)
  return left
}
