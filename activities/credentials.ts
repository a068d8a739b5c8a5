import {
  beginRefresh,
  clearIntent,
  eraseCredentials,
  killCredential,
  openTokens,
  promoteIncoming,
  storeRefreshed,
} from '../db/credentials.ts'
import { readIntegration } from '../db/integrations.ts'
import type { JobResult } from '../domain/owner-state.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import { isProviderError, type ProviderError } from '../providers/failures.ts'
import type { OAuth } from '../providers/provider.ts'
import { type ActivityDeps, type OwnedJob, providerOf } from './deps.ts'
import { again, jobResultOf } from './job-results.ts'

const LOST = 'The provider’s answer to a token refresh was lost, twice.'
const REVOKED = 'The provider says that our access was revoked.'

/** Taking over, renewing and giving back the access to an account. */
export function createCredentialActivities(deps: ActivityDeps) {
  const { database } = deps

  /** Finds out whose the fresh grant is and makes it the one in use. */
  async function adoptCredential({
    organizationId,
    integrationId,
    now,
  }: OwnedJob): Promise<JobResult> {
    const { provider, tokens } = await database.withTenant(organizationId, async (tx) => ({
      provider: await providerNameOf(tx, integrationId),
      tokens: await openTokens(tx, { integrationId, role: 'incoming' }),
    }))
    if (tokens === undefined) return { kind: 'done', found: 'taken over already' }
    try {
      const { value } = await providerOf(deps, provider).identify({ token: tokens.accessToken })
      const was = await database.withTenant(organizationId, (tx) =>
        promoteIncoming(tx, { integrationId, generation: tokens.generation, account: value, now }),
      )
      return {
        kind: 'done',
        found: `took over generation ${tokens.generation} of the ${was} account`,
      }
    } catch (error) {
      if (!isProviderError(error, 'unauthorized', 'grantDead', 'scope')) return jobResultOf(error)
      const why = 'The provider refused the access it had just granted.'
      await database.withTenant(organizationId, (tx) =>
        killCredential(tx, { integrationId, generation: tokens.generation, why }),
      )
      return { kind: 'grantDead', found: why }
    }
  }

  /**
   * Renews the access once, by the protocol for single-use refresh tokens: intent before the call,
   * one try on the network, stored at once and fenced by the generation. After an unclear outcome
   * the same token is presented exactly once more; a second unclear outcome ends the grant.
   */
  async function refreshToken(job: OwnedJob & { readonly generation: number }): Promise<JobResult> {
    const { organizationId, integrationId, now, generation } = job
    const begun = await database.withTenant(organizationId, async (tx) => ({
      provider: await providerNameOf(tx, integrationId),
      intent: await beginRefresh(tx, { integrationId, generation, now }),
    }))
    const { intent } = begun
    if (intent.kind === 'stale') return { kind: 'done', found: 'renewed already' }
    if (intent.kind === 'spent') return died(job, LOST)
    try {
      const { refreshToken: token } = intent
      const { value } = await oauthOf(begun.provider).refresh({ refreshToken: token })
      await database.withTenant(organizationId, (tx) =>
        storeRefreshed(tx, { integrationId, fromGeneration: generation, tokens: value, now }),
      )
      return { kind: 'done', found: `generation ${generation + 1} of the tokens is stored` }
    } catch (error) {
      if (!isProviderError(error)) throw error
      return refreshFailed({ ...job, tries: intent.tries }, error)
    }
  }

  async function refreshFailed(
    job: OwnedJob & { readonly generation: number; readonly tries: number },
    error: ProviderError,
  ): Promise<JobResult> {
    const { organizationId, integrationId, generation, tries } = job
    if (error.kind === 'unclear')
      return tries >= 2 ? died(job, LOST) : { kind: 'again', found: error.message, afterMs: 1_000 }
    if (error.kind === 'grantDead' || error.kind === 'unauthorized')
      return died(job, tries >= 2 ? LOST : REVOKED)
    // Answered, or never sent: the token is untouched, and this try does not count.
    await database.withTenant(organizationId, (tx) =>
      clearIntent(tx, { integrationId, generation }),
    )
    return again(error)
  }

  /** Ends a generation unless a late true answer has replaced it meanwhile. */
  async function died(
    { organizationId, integrationId, generation }: OwnedJob & { readonly generation: number },
    why: string,
  ): Promise<JobResult> {
    const isDead = await database.withTenant(organizationId, (tx) =>
      killCredential(tx, { integrationId, generation, why }),
    )
    return isDead ? { kind: 'grantDead', found: why } : { kind: 'done', found: 'renewed meanwhile' }
  }

  /** Gives the access back at the provider: refresh token first, so that nothing renews the other. */
  async function revokeTokens({ organizationId, integrationId }: OwnedJob): Promise<JobResult> {
    const { provider, tokens } = await database.withTenant(organizationId, async (tx) => ({
      provider: await providerNameOf(tx, integrationId),
      tokens: await openTokens(tx, { integrationId, role: 'current' }),
    }))
    if (tokens === undefined) return { kind: 'done', found: 'nothing to revoke' }
    try {
      const oauth = oauthOf(provider)
      await oauth.revoke({ token: tokens.refreshToken })
      await oauth.revoke({ token: tokens.accessToken })
      return { kind: 'done', found: 'revoked' }
    } catch (error) {
      if (!isProviderError(error)) throw error
      const isOver =
        error.kind === 'unauthorized' || error.kind === 'invalid' || error.kind === 'role'
      return isOver ? { kind: 'done', found: 'refused: dead already' } : again(error)
    }
  }

  /** Destroys every sealed secret of the integration. */
  async function eraseSecrets({
    organizationId,
    integrationId,
    now,
  }: OwnedJob): Promise<JobResult> {
    await database.withTenant(organizationId, (tx) => eraseCredentials(tx, { integrationId, now }))
    return { kind: 'done', found: 'secrets destroyed' }
  }

  function oauthOf(name: ProviderName): OAuth {
    const { oauth } = providerOf(deps, name)
    if (oauth === undefined) throw new Error(`${name}: has no tokens to renew`)
    return oauth
  }

  return { adoptCredential, refreshToken, revokeTokens, eraseSecrets }
}

type Tx = Parameters<typeof readIntegration>[0]

async function providerNameOf(tx: Tx, integrationId: string): Promise<ProviderName> {
  const row = await readIntegration(tx, integrationId)
  if (row === undefined) throw new Error(`integration ${integrationId}: no such row`)
  return row.provider
}
