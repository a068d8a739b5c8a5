import type { Database } from '../db/database.ts'
import type { OwnerHint } from '../domain/owner-state.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { OAuth, Provider, Understood } from '../providers/provider.ts'

/** One integration of one organization. */
export interface IntegrationRow {
  readonly organizationId: string
  readonly integrationId: string
}

/** An integration and the owner's clock, which is the only clock that token lives are judged by. */
export interface OwnedJob extends IntegrationRow {
  readonly now: number
}

/** A nudge to the owner of an integration, started where it does not run. */
export interface Nudge extends IntegrationRow {
  readonly provider: ProviderName
  readonly hint?: OwnerHint
}

/** The few log calls activities make; pino fits. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
}

/** All that activities need of the world. */
export interface ActivityDeps {
  readonly database: Database
  readonly providers: Readonly<Partial<Record<ProviderName, Provider>>>
  /** Public base of the ingress: callback and redirect URLs are built from it alone. */
  readonly apiUrl: string
  readonly nudgeOwner: (nudge: Nudge) => Promise<void>
  readonly log: Log
  /** What this very process has read of an event a moment ago, if it has; asked once. */
  readonly takeFresh?: (eventId: string) => FreshEvent | undefined
}

/** An event whose bytes need not be read again. */
export interface FreshEvent {
  readonly integrationId: string
  readonly content: Understood
}

/** The provider an integration was connected with; missing wiring is our fault and says so. */
export function providerOf({ providers }: ActivityDeps, name: ProviderName): Provider {
  const provider = providers[name]
  if (provider === undefined) throw new Error(`${name}: this worker is not wired for the provider`)
  return provider
}

/** The token calls of a provider that people connect to by consent. */
export function oauthOf(deps: ActivityDeps, name: ProviderName): OAuth {
  const { oauth } = providerOf(deps, name)
  if (oauth === undefined) throw new Error(`${name}: people do not connect to it by consent`)
  return oauth
}
