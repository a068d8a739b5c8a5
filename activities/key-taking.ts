import { storeIncoming } from '../db/credentials.ts'
import { forgetHandedKey, type HandedKey } from '../db/key-operations.ts'
import { findOrCreateForConnect, want } from '../db/integrations.ts'
import { useAccess } from '../db/integration-access.ts'
import { isProviderError } from '../providers/failures.ts'
import { type ActivityDeps, providerOf } from './deps.ts'
import type { Exchange, OperationRow } from './exchange.ts'

/** Taking over a key that a person handed over. */
export function createKeyTaking(deps: ActivityDeps) {
  /**
   * Tries the key, and keeps it where it opens an account. A key can be tried as often as need be:
   * whoever was interrupted begins again.
   */
  async function takeKey(
    { organizationId, operationId }: OperationRow,
    handed: HandedKey,
  ): Promise<Exchange> {
    const { provider, scope, userId, purpose, key: token, apiAddress } = handed
    try {
      await providerOf(deps, provider).identify({ token, apiAddress })
    } catch (error) {
      if (!isProviderError(error)) throw error
      return isProviderError(error, 'unauthorized', 'role') ? 'keyRefused' : 'unreachable'
    }
    await deps.database.withTenant(organizationId, async (tx) => {
      const connection = { provider, scope, userId, ...(purpose !== null && { purpose }) }
      const integrationId = await findOrCreateForConnect(tx, connection)
      await useAccess(tx, { integrationId, purpose, isByHand: false })
      await storeIncoming(tx, {
        integrationId,
        tokens: grantOf(token, apiAddress),
        now: Date.now(),
      })
      await want(tx, { integrationId, wanted: 'connected', operationId })
      await forgetHandedKey(tx, operationId)
    })
    return 'kept'
  }

  return { takeKey }
}

/** A key lives until somebody deletes it, and there is nothing to renew it with. */
const grantOf = (accessToken: string, apiAddress: string) => ({
  accessToken,
  apiAddress,
  refreshToken: null,
  expiresInSeconds: null,
  scope: null,
  ownerUri: null,
  organizationUri: null,
})
