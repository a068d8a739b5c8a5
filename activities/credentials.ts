import {
  eraseCredentials,
  openAllTokens,
  openTokens,
  promoteIncoming,
  refuseIncoming,
} from '../db/credentials.ts'
import { adoptUnrouted } from '../db/unrouted.ts'
import type { JobResult } from '../domain/owner-state.ts'
import { isProviderError } from '../providers/failures.ts'
import { type ActivityDeps, oauthOf, type OwnedJob, providerOf } from './deps.ts'
import { again, jobResultOf } from './job-results.ts'
import { providerNameOf } from './reach.ts'

const REFUSED = 'The provider refused the access it had just granted.'

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
    const { generation, accessToken: token } = tokens
    try {
      const { value: account } = await providerOf(deps, provider).identify({ token })
      const was = await database.withTenant(organizationId, async (tx) => {
        const relation = await promoteIncoming(tx, { integrationId, generation, account, now })
        // Deliveries that were authentic but nobody's may have waited for this very account.
        await adoptUnrouted(tx, integrationId)
        return relation
      })
      return { kind: 'done', found: `took over generation ${generation} of the ${was} account` }
    } catch (error) {
      if (!isProviderError(error, 'unauthorized', 'grantDead', 'scope')) return jobResultOf(error)
      const rest = await database.withTenant(organizationId, (tx) =>
        refuseIncoming(tx, { integrationId, generation, why: REFUSED }),
      )
      return rest === 'dead'
        ? { kind: 'grantDead', found: REFUSED }
        : { kind: 'done', found: `${REFUSED} The one in use stays.` }
    }
  }

  /** Gives every access back at the provider: refresh tokens first, so that nothing renews the others. */
  async function revokeTokens({ organizationId, integrationId }: OwnedJob): Promise<JobResult> {
    const { provider, all } = await database.withTenant(organizationId, async (tx) => ({
      provider: await providerNameOf(tx, integrationId),
      all: await openAllTokens(tx, integrationId),
    }))
    if (all.length === 0) return { kind: 'done', found: 'nothing to revoke' }
    try {
      const oauth = oauthOf(deps, provider)
      for (const { refreshToken: token } of all) await oauth.revoke({ token })
      for (const { accessToken: token } of all) await oauth.revoke({ token })
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

  return { adoptCredential, revokeTokens, eraseSecrets }
}
