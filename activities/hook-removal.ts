import { dropOutgoing, renewOutgoing } from '../db/credentials.ts'
import { markDeleted } from '../db/subscriptions.ts'
import type { JobResult } from '../domain/owner-state.ts'
import { endpointOf } from '../domain/reconciliation.ts'
import { isProviderError } from '../providers/failures.ts'
import { type ActivityDeps, oauthOf, type OwnedJob } from './deps.ts'
import { again, jobResultOf } from './job-results.ts'
import { listHooks, type Reach, reachOf } from './reach.ts'

/** Taking our hooks away from accounts that are left: at a disconnect, or for another account. */
export function createHookRemovalActivities(deps: ActivityDeps) {
  const { database } = deps

  /**
   * Deletes every hook of ours that stands, first at accounts that were left before. What is gone
   * already is as good.
   */
  async function removeHooks(job: OwnedJob): Promise<JobResult> {
    while ((await reachOf(deps, job, 'outgoing')) !== undefined) {
      const left = await leaveAccount(job)
      if (left.kind !== 'done') return left
    }
    // A grant that was never taken over opens the same account, or one without a hook of ours.
    const reach = (await reachOf(deps, job, 'current')) ?? (await reachOf(deps, job, 'incoming'))
    if (reach === undefined)
      return { kind: 'done', found: 'no access is left to remove hooks with' }
    try {
      return { kind: 'done', found: `${await removeFrom(job, reach)} hooks removed` }
    } catch (error) {
      const result = jobResultOf(error)
      return result.kind === 'refused' ? { kind: 'again', found: result.found } : result
    }
  }

  /**
   * An account was left: its hook goes with its own token, then that token is given back. One
   * account in each pass, the newest first.
   */
  async function leaveAccount(job: OwnedJob): Promise<JobResult> {
    return leave(job, { mayRenew: true })
  }

  async function leave(
    job: OwnedJob,
    { mayRenew }: { readonly mayRenew: boolean },
  ): Promise<JobResult> {
    const reach = await reachOf(deps, job, 'outgoing')
    if (reach === undefined) return drop(job, undefined, 'no account is left behind')
    const { generation, account, currentUserUri } = reach
    // Whoever comes back uses the account again: neither its hook nor its grant may go.
    if (account.userUri === currentUserUri)
      return drop(job, generation, 'the former account is in use again')
    try {
      await removeFrom(job, reach)
    } catch (error) {
      if (mayRenew && isProviderError(error, 'unauthorized')) return renew(job, reach)
      const result = jobResultOf(error)
      if (result.kind === 'again') return result
    }
    await revokeQuietly(reach)
    return drop(job, generation, 'the former account is left')
  }

  /**
   * Its access token has expired: the refresh token is presented, once. Whatever else comes back
   * than new tokens, there is no access left to clean up with.
   */
  async function renew(job: OwnedJob, reach: Reach): Promise<JobResult> {
    const { organizationId, integrationId, now } = job
    const { provider, refreshToken, generation, account } = reach
    try {
      const { value: tokens } = await oauthOf(deps, provider.name).refresh({ refreshToken })
      await database.withTenant(organizationId, (tx) =>
        renewOutgoing(tx, { integrationId, generation, account, tokens, now }),
      )
      return await leave(job, { mayRenew: false })
    } catch (error) {
      if (!isProviderError(error)) throw error
      if (isProviderError(error, 'unsent', 'unavailable', 'rateLimited')) return again(error)
      return drop(job, generation, 'the former access is dead')
    }
  }

  async function drop(
    { organizationId, integrationId }: OwnedJob,
    generation: number | undefined,
    found: string,
  ): Promise<JobResult> {
    await database.withTenant(organizationId, (tx) =>
      dropOutgoing(tx, { integrationId, generation }),
    )
    return { kind: 'done', found }
  }

  /** Deletes what this account's own generations made, and nothing that serves another account. */
  async function removeFrom({ organizationId, integrationId, now }: OwnedJob, reach: Reach) {
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

  return { removeHooks, leaveAccount }
}

/** Its hook is gone, so a token that can't be revoked now harms nobody and is dropped anyway. */
async function revokeQuietly({ provider, refreshToken, access }: Reach): Promise<void> {
  try {
    await provider.oauth?.revoke({ token: refreshToken })
    await provider.oauth?.revoke({ token: access.token })
  } catch (error) {
    if (!isProviderError(error)) throw error
  }
}
