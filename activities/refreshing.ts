import {
  beginRefresh,
  clearIntent,
  keepUnused,
  killCredential,
  leaveUnclear,
  storeRefreshed,
} from '../db/credentials.ts'
import { oweIfDisconnected } from '../db/debts.ts'
import type { JobResult } from '../domain/owner-state.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import { isProviderError, type ProviderError } from '../providers/failures.ts'
import type { TokenPair } from '../providers/provider.ts'
import { type ActivityDeps, oauthOf, type OwnedJob, providerOf } from './deps.ts'
import { again, jobResultOf } from './job-results.ts'
import { keepTrying } from './keeping.ts'
import { providerNameOf, reachOf } from './reach.ts'
import { revokeAll } from './revoking.ts'

const LOST = 'The provider’s answer to a token refresh was lost, twice.'
const DELETED = 'The provider refuses the key; it was deleted, or it has expired.'
const REVOKED = 'The provider says that our access was revoked.'

interface Refresh extends OwnedJob {
  readonly generation: number
}

/** Renewing the access: the one call that must neither be lost nor repeated lightly. */
export function createRefreshActivities(deps: ActivityDeps) {
  const { database } = deps

  /**
   * Renews the access once, by the protocol for single-use refresh tokens: intent before the call,
   * one try on the network, stored at once and fenced by the generation. After an unclear outcome
   * the same token is presented exactly once more; a second unclear outcome ends the grant.
   */
  async function refreshToken(job: Refresh): Promise<JobResult> {
    const { organizationId, integrationId, now, generation } = job
    const { provider, intent } = await database.withTenant(organizationId, async (tx) => {
      const name = await providerNameOf(tx, integrationId)
      if (providerOf(deps, name).oauth === undefined) return { provider: name, intent: undefined }
      return { provider: name, intent: await beginRefresh(tx, { integrationId, generation, now }) }
    })
    if (intent === undefined) return checkKey(job)
    if (intent.kind === 'stale') return { kind: 'done', found: 'renewed already' }
    if (intent.kind === 'dead') return { kind: 'grantDead', found: intent.why }
    if (intent.kind === 'busy')
      return { kind: 'again', found: 'a refresh is under way', afterMs: intent.freeInMs }
    if (intent.kind === 'spent') return died(job, LOST)
    try {
      const { value: tokens } = await oauthOf(deps, provider).refresh({
        refreshToken: intent.refreshToken,
      })
      const isNewest = await keepTrying(() =>
        database.withTenant(organizationId, (tx) =>
          storeRefreshed(tx, { integrationId, fromGeneration: generation, tokens, now }),
        ),
      )
      if (!isNewest) return tooLate(job, { provider, tokens })
      return { kind: 'done', found: 'renewed' }
    } catch (error) {
      if (!isProviderError(error)) throw error
      return refreshFailed({ ...job, tries: intent.tries }, error)
    }
  }

  /** A key is not renewed but tried: it works until somebody deletes it. */
  async function checkKey(job: Refresh): Promise<JobResult> {
    const reach = await reachOf(deps, job, 'current')
    if (reach === undefined) return { kind: 'done', found: 'there is no key to try' }
    const { provider, access } = reach
    try {
      await provider.identify(access)
      return { kind: 'done', found: 'the key still works' }
    } catch (error) {
      if (isProviderError(error, 'unauthorized')) return died(job, DELETED)
      return jobResultOf(error)
    }
  }

  /** Nobody uses these tokens, and they are alive: they are given back with the account, or now. */
  async function tooLate(
    { organizationId, integrationId, now }: Refresh,
    { provider, tokens }: { provider: ProviderName; tokens: TokenPair },
  ): Promise<JobResult> {
    const isKept = await database.withTenant(organizationId, (tx) =>
      keepUnused(tx, { integrationId, tokens, now }),
    )
    if (!isKept) await revokeAll(oauthOf(deps, provider), [tokens])
    return { kind: 'done', found: 'a newer grant is in use: this answer is dropped' }
  }

  async function refreshFailed(
    job: Refresh & { readonly tries: number },
    error: ProviderError,
  ): Promise<JobResult> {
    const { organizationId, integrationId, now, tries } = job
    const { message: why } = error
    if (error.kind === 'grantDead' || error.kind === 'unauthorized')
      return died(job, tries >= 2 ? LOST : REVOKED)
    if (error.kind !== 'unclear') {
      // Answered, or never sent: the token is untouched, and this try does not count.
      await database.withTenant(organizationId, async (tx) => {
        await clearIntent(tx, job)
        await oweIfDisconnected(tx, { integrationId, kind: 'hook', why, now })
      })
      return again(error)
    }
    if (tries >= 2) return died(job, LOST)
    await database.withTenant(organizationId, async (tx) => {
      await leaveUnclear(tx, job)
      await oweIfDisconnected(tx, { integrationId, kind: 'hook', why, now })
    })
    return { kind: 'again', found: why, afterMs: 1_000 }
  }

  /** Ends a generation unless a late true answer has replaced it meanwhile. */
  async function died(
    { organizationId, integrationId, generation }: Refresh,
    why: string,
  ): Promise<JobResult> {
    const isDead = await database.withTenant(organizationId, (tx) =>
      killCredential(tx, { integrationId, generation, why }),
    )
    return isDead ? { kind: 'grantDead', found: why } : { kind: 'done', found: 'renewed meanwhile' }
  }

  return { refreshToken }
}
