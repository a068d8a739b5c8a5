import { dropOutgoing, openAllTokens, renewOutgoing, supersede } from '../db/credentials.ts'
import { endDebts, isOverdue, owe } from '../db/debts.ts'
import type { JobResult } from '../domain/owner-state.ts'
import { isProviderError, type ProviderError } from '../providers/failures.ts'
import type { ActivityDeps, OwnedJob } from './deps.ts'
import { again, jobResultOf } from './job-results.ts'
import { deleteOwnHooks } from './own-hooks.ts'
import { type Reach, reachOf } from './reach.ts'
import { revokeAll } from './revoking.ts'

/** Leaving accounts that were exchanged for another: their hook, then their tokens. */
export function createLeavingActivities(deps: ActivityDeps) {
  const { database } = deps

  /**
   * An account was left: its hook goes with its own token, then every token of it is given back.
   * One account in each pass, the newest first. What fails is owed for 72 hours, then given up.
   */
  async function leaveAccount(job: OwnedJob): Promise<JobResult> {
    return leave(job, { mayRenew: true })
  }

  async function leave(
    job: OwnedJob,
    { mayRenew }: { readonly mayRenew: boolean },
  ): Promise<JobResult> {
    const { organizationId } = job
    const reach = await reachOf(deps, job, 'outgoing')
    // Whoever comes back uses the account again: neither its hook nor its grant may go.
    if (reach === undefined) return keep(job, 'no account is left behind')
    if (reach.account.userUri === reach.currentUserUri)
      return keep(job, 'the former account is in use again', reach.generation)
    const owing = ofAccount(job, reach)
    if (await database.withTenant(organizationId, (tx) => isOverdue(tx, owing)))
      return drop(job, reach, 'what was owed in the former account is given up after 72 hours')
    try {
      await deleteOwnHooks(deps, job, reach)
      await database.withTenant(organizationId, (tx) =>
        endDebts(tx, { ...owing, kind: 'hook', resolution: 'paid' }),
      )
    } catch (error) {
      if (mayRenew && isProviderError(error, 'unauthorized')) return renew(job, reach)
      const result = jobResultOf(error)
      if (result.kind === 'again') return oweFor(job, reach, { kind: 'hook', result })
      // It will be refused for ever: the tokens go all the same, and the debt says so.
      return giveBack(job, reach, 'the former account is left, its hook could not be removed')
    }
    return giveBack(job, reach, 'the former account is left')
  }

  async function giveBack(job: OwnedJob, reach: Reach, found: string): Promise<JobResult> {
    const all = await database.withTenant(job.organizationId, (tx) =>
      openAllTokens(tx, job.integrationId),
    )
    const failure = await revokeAll(
      reach.provider.oauth,
      all.filter(
        ({ role, account }) =>
          (role === 'outgoing' || role === 'superseded') &&
          account?.userUri === reach.account.userUri,
      ),
    )
    if (failure !== undefined) return oweFor(job, reach, { kind: 'token', result: again(failure) })
    await database.withTenant(job.organizationId, (tx) =>
      endDebts(tx, { ...ofAccount(job, reach), kind: 'token', resolution: 'paid' }),
    )
    return drop(job, reach, found)
  }

  /**
   * Its access token has expired: the refresh token is presented, once. Whatever else comes back
   * than new tokens, there is no access left to clean up with.
   */
  async function renew(job: OwnedJob, reach: Reach): Promise<JobResult> {
    const { organizationId, integrationId, now } = job
    const { provider, refreshToken, generation, account } = reach
    if (provider.oauth === undefined)
      return drop(job, reach, 'the key of the former account is dead')
    try {
      const { value: tokens } = await provider.oauth.refresh({ refreshToken })
      await database.withTenant(organizationId, (tx) =>
        renewOutgoing(tx, { integrationId, generation, account, tokens, now }),
      )
      return await leave(job, { mayRenew: false })
    } catch (error) {
      if (!isProviderError(error)) throw error
      if (isRepeatable(error)) return oweFor(job, reach, { kind: 'hook', result: again(error) })
      return drop(job, reach, 'the former access is dead')
    }
  }

  async function oweFor(
    job: OwnedJob,
    reach: Reach,
    { kind, result }: { kind: 'hook' | 'token'; result: Extract<JobResult, { kind: 'again' }> },
  ): Promise<JobResult> {
    const debt = { ...ofAccount(job, reach), kind, why: result.found }
    await database.withTenant(job.organizationId, (tx) => owe(tx, debt))
    return result
  }

  async function keep(job: OwnedJob, found: string, generation?: number): Promise<JobResult> {
    const { organizationId, integrationId } = job
    await database.withTenant(organizationId, (tx) =>
      supersede(tx, { integrationId, roles: ['outgoing'], generation }),
    )
    return { kind: 'done', found }
  }

  /** Nothing is left that could pay, so what is still owed is owed no longer. */
  async function drop(job: OwnedJob, reach: Reach, found: string): Promise<JobResult> {
    const account = ofAccount(job, reach)
    await database.withTenant(job.organizationId, async (tx) => {
      await dropOutgoing(tx, account)
      await endDebts(tx, { ...account, resolution: 'destroyed' })
    })
    return { kind: 'done', found }
  }

  return { leaveAccount }
}

const ofAccount = ({ integrationId, now }: OwnedJob, { account }: Reach) => ({
  integrationId,
  now,
  accountUserUri: account.userUri,
})

const isRepeatable = (error: ProviderError): boolean =>
  isProviderError(error, 'unsent', 'unavailable', 'rateLimited')
