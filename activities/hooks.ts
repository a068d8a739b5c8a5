import {
  createGeneration,
  markDeleted,
  markListed,
  openSigningKey,
  readEvidence,
  retireGeneration,
} from '../db/subscriptions.ts'
import type { HookLoss } from '../domain/doubt.ts'
import type { JobResult } from '../domain/owner-state.ts'
import {
  endpointOf,
  type ListedHook,
  nextStep,
  type ReconciliationStep,
} from '../domain/reconciliation.ts'
import { isProviderError } from '../providers/failures.ts'
import type { ActivityDeps, OwnedJob } from './deps.ts'
import { foreignAmong } from './foreign-hooks.ts'
import { jobResultOf } from './job-results.ts'
import { listHooks, type Reach, reachOf } from './reach.ts'

/** Calls within the eight seconds of a job; more than this of ours is left for the next pass. */
const DELETED_AT_ONCE = 20

type Step<Name> = Extract<ReconciliationStep, { do: Name }>

/** Comparing the hook we want with the hooks that stand, and doing what is missing. */
export function createHookActivities(deps: ActivityDeps) {
  const { database } = deps

  /** One pass: list everything, then make the missing hook or delete all but the one to keep. */
  async function reconcileHook(job: Pass): Promise<JobResult> {
    const reach = await reachOf(deps, job, 'current')
    if (reach === undefined) return { kind: 'unauthorized' }
    const { scope, account, provider } = reach
    const desired = {
      baseUrl: deps.apiUrl,
      events: provider.webhookEvents,
      scope,
      accountUserUri: account.userUri,
      distrusted: job.distrusted ?? null,
    }
    try {
      const listed = await listHooks(reach)
      const next = nextStep(desired, reach.own, listed)
      if (next.do === 'create') return await create(job, reach, next)
      const foreign = await foreignAmong(database, job.organizationId, listed)
      return { ...(await keep(job, reach, next)), foreign }
    } catch (error) {
      const isRefused = isProviderError(error, 'role') && scope === 'user'
      return isRefused && (await hasLeft(reach)) ? LEFT : jobResultOf(error)
    }
  }

  /** Endpoint and key are committed before the request leaves: a lost answer leaves no orphan. */
  async function create(
    { organizationId, integrationId, now }: OwnedJob,
    { provider, access, account, scope, own }: Reach,
    { generation: known, why }: Step<'create'>,
  ): Promise<JobResult> {
    const lost = lossOf(why)
    const wish = await database.withTenant(organizationId, async (tx) => {
      const generation =
        known ??
        (await createGeneration(tx, { integrationId, baseUrl: deps.apiUrl, account, scope, now }))
          .generation
      return openSigningKey(tx, { integrationId, generation })
    })
    try {
      const { callbackUrl, signingKey } = wish
      await provider.createSubscription(access, { account, scope, callbackUrl, signingKey })
      return unsettled(`made generation ${wish.generation}: ${why}`, lost)
    } catch (error) {
      if (!isProviderError(error, 'conflict')) return seenMissing(jobResultOf(error), lost)
      // It stands, but this account's list did not show it: its place is never used again.
      const wasTried = own.some(({ generation }) => generation === wish.generation)
      if (wasTried)
        await database.withTenant(organizationId, (tx) =>
          retireGeneration(tx, { integrationId, generation: wish.generation, now }),
        )
      return unsettled('the provider has this URL already; looking again')
    }
  }

  async function keep(
    job: OwnedJob,
    reach: Reach,
    { keep: kept, generation, surplus }: Step<'keep'>,
  ): Promise<Extract<JobResult, { kind: 'hook' }>> {
    const { organizationId, integrationId, now } = job
    const { uri: remoteUri, retryStartedAt: mark } = kept
    const proof = await database.withTenant(organizationId, async (tx) => {
      await markListed(tx, { integrationId, generation, remoteUri, retryStartedAt: mark, now })
      return readEvidence(tx, { integrationId, generation })
    })
    const reasons = new Set<string>()
    for (const { hook, why } of surplus.slice(0, DELETED_AT_ONCE)) {
      const isGone = await isDeleted(reach, hook)
      reasons.add(isGone ? why : 'not ours to delete')
      // Under the same address as the one we keep, there is no row of its own to end.
      if (isGone && endpointOf(hook.callbackUrl) !== endpointOf(kept.callbackUrl))
        await database.withTenant(organizationId, (tx) =>
          markDeleted(tx, { integrationId, callbackUrl: hook.callbackUrl, now }),
        )
    }
    const cleaned = reasons.size === 0 ? '' : `; the others: ${[...reasons].join(', ')}`
    return {
      kind: 'hook',
      found: `the provider lists generation ${generation} as active${cleaned}`,
      settled: surplus.length <= DELETED_AT_ONCE,
      remoteUri,
      callbackUrl: kept.callbackUrl,
      evidence: { ...proof, at: now, retryStartedAt: mark === null ? null : Date.parse(mark) },
    }
  }

  return { reconcileHook }
}

/** A hook of one's own is refused to nobody by role: the account may be in another organization now. */
async function hasLeft({ provider, access, account }: Reach): Promise<boolean> {
  try {
    const { value } = await provider.identify(access)
    return value.organizationUri !== account.organizationUri
  } catch {
    return false
  }
}

const LEFT: JobResult = {
  kind: 'refused',
  refusal: 'moved',
  found: 'the account is in another organization than it was connected in',
}

/** What a pass is told beside the row: the hook that is to be replaced although it looks well. */
interface Pass extends OwnedJob {
  readonly distrusted?: string | null
}

/** How a missing hook is called in the ledger; one that is replaced for an incident is told by it. */
function lossOf(why: string): HookLoss | undefined {
  if (why === 'distrusted') return undefined
  if (why === 'disabled') return 'hookDisabled'
  return why === 'missing' || why === 'retired' ? 'hookMissing' : 'hookReplaced'
}

const unsettled = (found: string, lost?: HookLoss): JobResult => ({
  kind: 'hook',
  found,
  settled: false,
  remoteUri: null,
  callbackUrl: null,
  evidence: null,
  ...(lost !== undefined && { lost }),
})

/** A hook that another member made for us may be out of our reach; the one we keep lives on. */
async function isDeleted({ provider, access }: Reach, { uri }: ListedHook): Promise<boolean> {
  try {
    await provider.deleteSubscription(access, uri)
    return true
  } catch (error) {
    if (isProviderError(error, 'role', 'forbiddenOrigin')) return false
    throw error
  }
}

/** The list was read before this went wrong, and it held no healthy hook of ours. */
const seenMissing = (result: JobResult, lost: HookLoss = 'hookMissing'): JobResult =>
  result.kind === 'again' ? { ...result, lost } : result
