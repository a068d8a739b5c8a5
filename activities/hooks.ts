import { dropOutgoing, openTokens } from '../db/credentials.ts'
import { readIntegration } from '../db/integrations.ts'
import {
  createGeneration,
  listGenerations,
  markDeleted,
  markListed,
  openSigningKey,
  retireGeneration,
} from '../db/subscriptions.ts'
import { endpointOf, nextStep, type OwnGeneration } from '../domain/reconciliation.ts'
import type { JobResult } from '../domain/owner-state.ts'
import { isProviderError } from '../providers/failures.ts'
import type { Access, AccountUris, Provider, RemoteSubscription } from '../providers/provider.ts'
import { type ActivityDeps, type OwnedJob, providerOf } from './deps.ts'
import { jobResultOf } from './job-results.ts'

/** Two thousand hooks of one account are more than any person has; past that the list is not ours. */
const PAGES_READ = 20

/** Comparing the hook we want with the hooks that stand, and doing the one next step. */
export function createHookActivities(deps: ActivityDeps) {
  const { database } = deps

  /** One pass: list everything, then at most one creation or deletion. */
  async function reconcileHook(job: OwnedJob): Promise<JobResult> {
    const reach = await reachOf(job, 'current')
    if (reach === undefined) return { kind: 'unauthorized' }
    try {
      return await step(job, reach)
    } catch (error) {
      return jobResultOf(error)
    }
  }

  async function step(job: OwnedJob, reach: Reach): Promise<JobResult> {
    const { organizationId, integrationId } = job
    const { scope, account, provider } = reach
    const listed = await listAll(reach)
    const desired = {
      baseUrl: deps.apiUrl,
      events: provider.webhookEvents,
      scope,
      accountUserUri: account.userUri,
    }
    const next = nextStep(desired, reach.own, listed)
    if (next.do === 'create') return create(job, reach, next)
    if (next.do === 'delete') {
      await provider.deleteSubscription(reach.access, next.hook.uri)
      await database.withTenant(organizationId, (tx) =>
        markDeleted(tx, { integrationId, callbackUrl: next.hook.callbackUrl, now: job.now }),
      )
      return unsettled(`deleted a hook: ${next.why}`)
    }
    const { keep, generation } = next
    await database.withTenant(organizationId, (tx) =>
      markListed(tx, {
        integrationId,
        generation,
        remoteUri: keep.uri,
        retryStartedAt: keep.retryStartedAt,
        now: job.now,
      }),
    )
    return {
      kind: 'hook',
      found: `the provider lists generation ${generation} as active`,
      settled: true,
      remoteUri: keep.uri,
      callbackUrl: keep.callbackUrl,
      retrying: keep.retryStartedAt !== null,
    }
  }

  /** Endpoint and key are committed before the request leaves: a lost answer leaves no orphan. */
  async function create(
    { organizationId, integrationId, now }: OwnedJob,
    { provider, access, account, scope, own }: Reach,
    { generation: known, why }: { generation: number | null; why: string },
  ): Promise<JobResult> {
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
      return unsettled(`made generation ${wish.generation}: ${why}`)
    } catch (error) {
      if (!isProviderError(error, 'conflict')) throw error
      // It stands, but this account's list did not show it: its place is never used again.
      const wasTried = own.some(({ generation }) => generation === wish.generation)
      if (wasTried)
        await database.withTenant(organizationId, (tx) =>
          retireGeneration(tx, { integrationId, generation: wish.generation, now }),
        )
      return unsettled('the provider has this URL already; looking again')
    }
  }

  /** Deletes every hook of ours that the account lists; what is gone already is as good. */
  async function removeHooks(job: OwnedJob): Promise<JobResult> {
    return removeAll(job, 'current')
  }

  /** The account was left: its hook goes with its own token, before that token is dropped. */
  async function leaveAccount(job: OwnedJob): Promise<JobResult> {
    const { organizationId, integrationId, now } = job
    const removed = await removeAll(job, 'outgoing')
    if (removed.kind === 'again') return removed
    const reach = await reachOf(job, 'outgoing')
    if (reach !== undefined) await revokeQuietly(reach)
    await database.withTenant(organizationId, (tx) => dropOutgoing(tx, { integrationId, now }))
    return { kind: 'done', found: 'the former account is left' }
  }

  async function removeAll(job: OwnedJob, role: 'current' | 'outgoing'): Promise<JobResult> {
    const { organizationId, integrationId, now } = job
    const reach = await reachOf(job, role)
    if (reach === undefined)
      return { kind: 'done', found: 'no access is left to remove hooks with' }
    try {
      const ours = (await listAll(reach)).filter(({ callbackUrl }) =>
        isOurs(reach.own, callbackUrl),
      )
      for (const { uri, callbackUrl } of ours) {
        await reach.provider.deleteSubscription(reach.access, uri)
        await database.withTenant(organizationId, (tx) =>
          markDeleted(tx, { integrationId, callbackUrl, now }),
        )
      }
      return { kind: 'done', found: `${ours.length} hooks removed` }
    } catch (error) {
      const result = jobResultOf(error)
      return result.kind === 'refused' ? { kind: 'again', found: result.found } : result
    }
  }

  /** Everything one pass needs of the rows; undefined where no token is left. */
  async function reachOf(job: OwnedJob, role: 'current' | 'outgoing'): Promise<Reach | undefined> {
    const { organizationId, integrationId } = job
    return database.withTenant(organizationId, async (tx) => {
      const row = await readIntegration(tx, integrationId)
      const tokens = await openTokens(tx, { integrationId, role })
      if (row === undefined || tokens?.account == null) return undefined
      const own = await listGenerations(tx, integrationId)
      const { accessToken: token, refreshToken, account } = tokens
      return {
        refreshToken,
        provider: providerOf(deps, row.provider),
        access: { token },
        account,
        scope: row.scope,
        own,
      }
    })
  }

  return { reconcileHook, removeHooks, leaveAccount }
}

interface Reach {
  readonly provider: Provider
  readonly access: Access
  readonly refreshToken: string
  readonly account: AccountUris
  readonly scope: 'user' | 'organization'
  readonly own: readonly OwnGeneration[]
}

/** Its hook is gone, so a token that can't be revoked now harms nobody and is dropped anyway. */
async function revokeQuietly({ provider, refreshToken }: Reach): Promise<void> {
  try {
    await provider.oauth?.revoke({ token: refreshToken })
  } catch (error) {
    if (!isProviderError(error)) throw error
  }
}

async function listAll(reach: Reach): Promise<readonly RemoteSubscription[]> {
  const { provider, access, account, scope } = reach
  const found: RemoteSubscription[] = []
  let pageToken: string | undefined
  for (let page = 0; page < PAGES_READ; page += 1) {
    const query = { account, scope, ...(pageToken !== undefined && { pageToken }) }
    const { items, nextPage } = await provider.listSubscriptions(access, query)
    found.push(...items)
    if (nextPage === null) break
    pageToken = nextPage
  }
  return found
}

const isOurs = (own: readonly OwnGeneration[], callbackUrl: string): boolean =>
  own.some(({ endpoint }) => endpoint === endpointOf(callbackUrl))

const unsettled = (found: string): JobResult => ({
  kind: 'hook',
  found,
  settled: false,
  remoteUri: null,
  callbackUrl: null,
  retrying: false,
})
