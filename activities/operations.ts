import { findOrCreateForConnect, want } from '../db/integrations.ts'
import { storeIncoming } from '../db/credentials.ts'
import { handedKey } from '../db/key-operations.ts'
import { beginExchange, finishOperation, readOperation } from '../db/operations.ts'
import type { OperationReport } from '../domain/operation.ts'
import type { OwnerHint } from '../domain/owner-state.ts'
import { oauthCallbackUrl } from '../domain/public-urls.ts'
import { isProviderError } from '../providers/failures.ts'
import type { TokenPair } from '../providers/provider.ts'
import { type ActivityDeps, oauthOf } from './deps.ts'
import type { Exchange, OperationRow } from './exchange.ts'
import { createKeyTaking } from './key-taking.ts'
import { keepTrying } from './keeping.ts'

/** Why an operation is given up, in words for the person. */
const GIVEN_UP = {
  refused: {
    reason: 'The provider refused the consent; it may have been too old.',
    nextStep: 'Start again.',
  },
  keyRefused: {
    reason: 'The provider refuses this API key.',
    nextStep: 'Make a new one at the provider, and check at which installation.',
  },
  unreachable: { reason: 'The provider could not be reached.', nextStep: 'Start again.' },
  unclear: {
    reason: 'The provider’s answer to the consent was lost, and a consent works only once.',
    nextStep: 'Start again.',
  },
  timedOut: {
    reason: 'It was not finished within ten minutes; the work goes on in the background.',
    nextStep: 'Look at the integration in a while, or start again.',
  },
} as const satisfies Record<string, Omit<OperationReport, 'outcome'>>

/** The activities of the short workflows: one exchange, and waiting on the row. */
export function createOperationActivities(deps: ActivityDeps) {
  const { database } = deps
  const { takeKey } = createKeyTaking(deps)

  /**
   * Turns the code into tokens. A code works once: the intent is committed before the call, and a
   * second attempt that finds it does not present the code again; it only looks whether the first
   * has kept the grant.
   */
  async function exchangeCode({ organizationId, operationId }: OperationRow): Promise<Exchange> {
    const begun = await database.withTenant(
      organizationId,
      async (tx) => (await handedKey(tx, operationId)) ?? (await beginExchange(tx, operationId)),
    )
    if (begun === 'already') return lookAt({ organizationId, operationId })
    if ('key' in begun) return takeKey({ organizationId, operationId }, begun)
    const oauth = oauthOf(deps, begun.provider)
    const { code, codeVerifier } = begun
    const redirectUri = oauthCallbackUrl(deps.apiUrl, begun.provider)
    try {
      const { value } = await oauth.exchangeCode({ code, codeVerifier, redirectUri })
      const grant = { ...begun, tokens: value }
      await keepTrying(() => keepGrant({ organizationId, operationId }, grant))
      return 'kept'
    } catch (error) {
      if (!isProviderError(error)) throw error
      if (error.kind === 'unsent' || error.kind === 'unavailable') return 'unreachable'
      return error.kind === 'unclear' ? 'unclear' : 'refused'
    }
  }

  async function lookAt({ organizationId, operationId }: OperationRow): Promise<Exchange> {
    const operation = await database.withTenant(organizationId, (tx) =>
      readOperation(tx, operationId),
    )
    // The revision is written in the commit that keeps the grant.
    return operation === undefined || operation.wantedRevision === null ? 'unclear' : 'kept'
  }

  type Begun = Exclude<Awaited<ReturnType<typeof beginExchange>>, 'already'>

  /** One transaction: the grant, the integration it is for, and that it is wanted connected. */
  async function keepGrant(row: OperationRow, begun: Begun & { tokens: TokenPair }): Promise<void> {
    const { tokens, provider, scope, userId } = begun
    await database.withTenant(row.organizationId, async (tx) => {
      const integrationId =
        begun.integrationId ?? (await findOrCreateForConnect(tx, { provider, scope, userId }))
      await storeIncoming(tx, { integrationId, tokens, now: Date.now() })
      await want(tx, { integrationId, wanted: 'connected', operationId: row.operationId })
    })
  }

  /** Says "look again" to the owner of the operation's integration, and starts a missing owner. */
  async function nudgeOwner(row: OperationRow & { readonly hint?: OwnerHint }): Promise<void> {
    const { organizationId, operationId, hint } = row
    const operation = await database.withTenant(organizationId, (tx) =>
      readOperation(tx, operationId),
    )
    if (operation === undefined || operation.integrationId === null) return
    const { integrationId, provider } = operation
    await deps.nudgeOwner({ organizationId, integrationId, provider, ...(hint && { hint }) })
  }

  /** How the operation ended, or null while it has not. */
  async function readOutcome(row: OperationRow): Promise<OperationReport | null> {
    const operation = await database.withTenant(row.organizationId, (tx) =>
      readOperation(tx, row.operationId),
    )
    if (operation === undefined || operation.outcome === null) return null
    return { outcome: operation.outcome, reason: operation.reason, nextStep: operation.nextStep }
  }

  /** Ends an operation as failed, unless it has ended meanwhile: then that is the answer. */
  async function giveUp(
    row: OperationRow & { readonly why: keyof typeof GIVEN_UP },
  ): Promise<OperationReport> {
    const report = { outcome: 'failed', ...GIVEN_UP[row.why] } as const
    await database.withTenant(row.organizationId, (tx) =>
      finishOperation(tx, row.operationId, report),
    )
    return (await readOutcome(row)) ?? report
  }

  return { exchangeCode, nudgeOwner, readOutcome, giveUp }
}
