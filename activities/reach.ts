import { openTokens } from '../db/credentials.ts'
import type { TenantTx } from '../db/database.ts'
import { readIntegration } from '../db/integrations.ts'
import { listGenerations } from '../db/subscriptions.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { OwnGeneration } from '../domain/reconciliation.ts'
import { isProviderError } from '../providers/failures.ts'
import type {
  Access,
  AccountUris,
  Provider,
  RemoteSubscription,
  Scope,
} from '../providers/provider.ts'
import { type ActivityDeps, type IntegrationRow, providerOf } from './deps.ts'

/** Everything it takes to act on one account of one integration. */
export interface Reach {
  readonly provider: Provider
  readonly access: Access
  readonly refreshToken: string
  /** The generation of the tokens. */
  readonly generation: number
  readonly account: AccountUris
  /** The account the integration is connected to now; another one where an account was left. */
  readonly currentUserUri: string | null
  readonly scope: Scope
  /** What its bookings become. */
  readonly purpose: 'prospects' | 'sessions'
  readonly own: readonly OwnGeneration[]
}

/** The newest tokens of a role with what they reach; undefined where there are none. */
export function reachOf(
  deps: ActivityDeps,
  { organizationId, integrationId }: IntegrationRow,
  role: 'incoming' | 'current' | 'outgoing',
): Promise<Reach | undefined> {
  return deps.database.withTenant(organizationId, async (tx) => {
    const row = await readIntegration(tx, integrationId)
    const tokens = await openTokens(tx, { integrationId, role })
    if (row === undefined || tokens?.account == null) return undefined
    const own = await listGenerations(tx, integrationId)
    const { accessToken: token, refreshToken, generation, account, apiAddress } = tokens
    return {
      provider: providerOf(deps, row.provider),
      access: { token, apiAddress },
      refreshToken,
      generation,
      account,
      currentUserUri: row.providerUserUri,
      scope: row.scope,
      purpose: row.purpose,
      own,
    }
  })
}

/** Which provider an integration is connected with. */
export async function providerNameOf(tx: TenantTx, integrationId: string): Promise<ProviderName> {
  const row = await readIntegration(tx, integrationId)
  if (row === undefined) throw new Error(`integration ${integrationId}: no such row`)
  return row.provider
}

/** Two thousand hooks of one account are more than any person has; past that the list is not ours. */
const PAGES_READ = 20

/** All hooks the account can see, of both scopes: one of ours may stand in the other by mistake. */
export async function listHooks(reach: Reach): Promise<readonly RemoteSubscription[]> {
  const found = await listScope(reach, reach.scope)
  try {
    const other = reach.scope === 'user' ? 'organization' : 'user'
    return [...found, ...(await listScope(reach, other))]
  } catch (error) {
    // Only owners and admins see the hooks of their organization.
    if (isProviderError(error, 'role', 'scope', 'notFound')) return found
    throw error
  }
}

async function listScope(reach: Reach, scope: Scope): Promise<readonly RemoteSubscription[]> {
  const { provider, access, account } = reach
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
