import { endDebts, oweIfDisconnected, standingHook } from '../db/debts.ts'
import type { JobResult } from '../domain/owner-state.ts'
import type { ActivityDeps, OwnedJob } from './deps.ts'
import { jobResultOf } from './job-results.ts'
import { createLeavingActivities } from './leaving.ts'
import { deleteOwnHooks } from './own-hooks.ts'
import { reachOf } from './reach.ts'

/** Taking our hooks away from every account of an integration that is disconnected. */
export function createHookRemovalActivities(deps: ActivityDeps) {
  const { database } = deps
  const { leaveAccount } = createLeavingActivities(deps)

  /**
   * Deletes every hook of ours that stands, first at accounts that were left before. What is gone
   * already is as good; what can't be reached is owed.
   */
  async function removeHooks(job: OwnedJob): Promise<JobResult> {
    while ((await reachOf(deps, job, 'outgoing')) !== undefined) {
      const left = await leaveAccount(job)
      if (left.kind !== 'done') return left
    }
    const { organizationId, integrationId, now } = job
    // A grant that was never taken over opens the same account, or one without a hook of ours.
    const reach = (await reachOf(deps, job, 'current')) ?? (await reachOf(deps, job, 'incoming'))
    if (reach === undefined) return withoutAccess(job)
    try {
      const count = await deleteOwnHooks(deps, job, reach)
      await database.withTenant(organizationId, (tx) =>
        endDebts(tx, { integrationId, kind: 'hook', resolution: 'paid' }),
      )
      return { kind: 'done', found: `${count} hooks removed` }
    } catch (error) {
      const result = jobResultOf(error)
      if (result.kind !== 'again' && result.kind !== 'refused') return result
      const { found: why } = result
      await database.withTenant(organizationId, (tx) =>
        oweIfDisconnected(tx, { integrationId, kind: 'hook', why, now }),
      )
      return result.kind === 'again' ? result : { kind: 'again', found: why }
    }
  }

  async function withoutAccess({ organizationId, integrationId }: OwnedJob): Promise<JobResult> {
    const uri = await database.withTenant(organizationId, (tx) =>
      standingHook(tx, { integrationId, accountUserUri: null }),
    )
    const found = 'no access is left to remove hooks with'
    return { kind: 'done', found, ...(uri !== null && { leftBehind: true }) }
  }

  return { removeHooks, leaveAccount }
}
