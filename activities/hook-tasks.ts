import {
  endHookTask,
  endpointsIssued,
  type HookTaskEnd,
  type HookWish,
  nextHookTask,
} from '../db/hook-tasks.ts'
import { markDeleted } from '../db/subscriptions.ts'
import { type ClassifiedHook, classifyHooks } from '../domain/hook-survey.ts'
import type { JobResult } from '../domain/owner-state.ts'
import { endpointOf } from '../domain/reconciliation.ts'
import type { ActivityDeps, OwnedJob } from './deps.ts'
import { jobResultOf } from './job-results.ts'
import { listHooks, type Reach, reachOf } from './reach.ts'

/** Calls within the eight seconds of a job; what is left is swept when somebody asks again. */
const SWEPT_AT_ONCE = 20

/** What people ask of the hooks at an account. Only its owner calls the provider for them. */
export function createHookTaskActivities(deps: ActivityDeps) {
  const { database } = deps

  /** Does the oldest thing asked for: lists, sweeps our strays, or removes one foreign hook. */
  async function tendHooks(job: OwnedJob): Promise<JobResult> {
    const { organizationId, integrationId } = job
    const task = await database.withTenant(organizationId, (tx) => nextHookTask(tx, integrationId))
    if (task === undefined) return { kind: 'done', found: 'nothing is asked of the hooks any more' }
    const reach = await reachOf(deps, job, 'current')
    if (reach === undefined) return { kind: 'unauthorized' }
    let end: HookTaskEnd
    try {
      end = await perform(job, reach, task)
    } catch (error) {
      const result = jobResultOf(error)
      if (result.kind !== 'refused') return result
      end = { outcome: 'refused', reason: result.found, hooks: [] }
    }
    await database.withTenant(organizationId, (tx) => endHookTask(tx, task, end))
    return { kind: 'done', found: `hooks: ${task.kind} is ${end.outcome}` }
  }

  async function perform(job: OwnedJob, reach: Reach, task: HookWish): Promise<HookTaskEnd> {
    const hooks = await survey(job, reach)
    if (task.kind === 'list') return done(hooks)
    if (task.kind === 'sweep') {
      const strays = hooks.filter(({ use }) => use === 'stray').slice(0, SWEPT_AT_ONCE)
      for (const stray of strays) await remove(job, reach, stray)
      return done(strays)
    }
    const named = hooks.find(({ uri }) => uri === task.remoteUri)
    if (named === undefined) return refused('The provider lists no such hook at this account.')
    if (named.whose !== 'foreign')
      return refused('This hook is ours: a sweep removes it if it is a stray.')
    await remove(job, reach, named)
    return done([named])
  }

  async function survey(job: OwnedJob, reach: Reach): Promise<ClassifiedHook[]> {
    const { account, scope, own, provider } = reach
    const listed = await listHooks(reach)
    const endpoints = listed.flatMap(({ callbackUrl }) => endpointOf(callbackUrl) ?? [])
    const issued = await database.withTenant(job.organizationId, (tx) =>
      endpointsIssued(tx, endpoints),
    )
    const { webhookEvents: events } = provider
    const desired = { baseUrl: deps.apiUrl, events, scope, accountUserUri: account.userUri }
    return classifyHooks({ integrationId: job.integrationId, desired, own, issued, listed })
  }

  async function remove(job: OwnedJob, reach: Reach, hook: ClassifiedHook): Promise<void> {
    const { organizationId, integrationId, now } = job
    const { uri, callbackUrl } = hook
    await reach.provider.deleteSubscription(reach.access, uri)
    const isOwn = reach.own.some(
      ({ endpoint, state }) => endpoint === endpointOf(callbackUrl) && state === 'retired',
    )
    if (isOwn)
      await database.withTenant(organizationId, (tx) =>
        markDeleted(tx, { integrationId, callbackUrl, now }),
      )
  }

  return { tendHooks }
}

const done = (hooks: readonly ClassifiedHook[]): HookTaskEnd => ({
  outcome: 'done',
  reason: null,
  hooks,
})

const refused = (reason: string): HookTaskEnd => ({ outcome: 'refused', reason, hooks: [] })
