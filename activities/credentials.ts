import {
  eraseCredentials,
  isUnwanted,
  openAllTokens,
  openTokens,
  promoteIncoming,
  refuseIncoming,
} from '../db/credentials.ts'
import { endDebts, oweIfDisconnected } from '../db/debts.ts'
import { abandonGaps } from '../db/gaps.ts'
import { adoptUnrouted } from '../db/unrouted.ts'
import type { JobResult } from '../domain/owner-state.ts'
import { isProviderError } from '../providers/failures.ts'
import { type ActivityDeps, type OwnedJob, providerOf } from './deps.ts'
import { again, jobResultOf } from './job-results.ts'
import { providerNameOf } from './reach.ts'
import { revokeAll } from './revoking.ts'

const REFUSED = 'The provider refused the access it had just granted.'
/** Somebody came back meanwhile: the grant that is here now is in use. */
const WANTED_AGAIN = { kind: 'again', found: 'the account is wanted again' } as const

/** Taking over the access to an account, and giving it back. */
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
    const { generation, accessToken: token, apiAddress } = tokens
    try {
      const { value: account } = await providerOf(deps, provider).identify({
        token,
        apiAddress,
      })
      const was = await database.withTenant(organizationId, async (tx) => {
        const relation = await promoteIncoming(tx, { integrationId, generation, account, now })
        // Deliveries that were authentic but nobody's may have waited for this very account.
        await adoptUnrouted(tx, integrationId)
        // What another account lost can't be found with this one.
        if (relation === 'other') await abandonGaps(tx, { integrationId, now })
        return relation
      })
      const found = `took over generation ${generation} of the ${was} account`
      return { kind: 'done', found, ...(was === 'other' && { otherAccount: true }) }
    } catch (error) {
      if (!isProviderError(error, 'unauthorized', 'grantDead', 'scope', 'role', 'plan'))
        return jobResultOf(error)
      const rest = await database.withTenant(organizationId, (tx) =>
        refuseIncoming(tx, { integrationId, generation, why: REFUSED }),
      )
      return rest === 'dead'
        ? { kind: 'grantDead', found: REFUSED }
        : { kind: 'done', found: `${REFUSED} The one in use stays.` }
    }
  }

  /** Gives every access back at the provider, also what was replaced and may still be alive. */
  async function revokeTokens({
    organizationId,
    integrationId,
    now,
  }: OwnedJob): Promise<JobResult> {
    const { provider, all } = await database.withTenant(organizationId, async (tx) => ({
      provider: await providerNameOf(tx, integrationId),
      all: (await isUnwanted(tx, integrationId)) ? await openAllTokens(tx, integrationId) : null,
    }))
    if (all === null) return WANTED_AGAIN
    const failure = await revokeAll(providerOf(deps, provider).oauth, all)
    return database.withTenant(organizationId, async (tx): Promise<JobResult> => {
      if (failure !== undefined) {
        const why = failure.message
        await oweIfDisconnected(tx, { integrationId, kind: 'token', why, now })
        return again(failure)
      }
      await endDebts(tx, { integrationId, kind: 'token', resolution: 'paid' })
      return { kind: 'done', found: all.length === 0 ? 'nothing to revoke' : 'revoked' }
    })
  }

  /** Destroys every sealed secret of the integration; what is still owed can't be paid any more. */
  async function eraseSecrets({
    organizationId,
    integrationId,
    now,
  }: OwnedJob): Promise<JobResult> {
    return database.withTenant(organizationId, async (tx): Promise<JobResult> => {
      if (!(await isUnwanted(tx, integrationId))) return WANTED_AGAIN
      await eraseCredentials(tx, { integrationId, now })
      await endDebts(tx, { integrationId, resolution: 'destroyed' })
      return { kind: 'done', found: 'secrets destroyed' }
    })
  }

  return { adoptCredential, revokeTokens, eraseSecrets }
}
