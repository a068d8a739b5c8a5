import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '../db/database.ts'
import type { IngressStore } from '../db/ingress-store.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { Provider } from '../providers/provider.ts'
import type { Authenticate } from './auth.ts'
import type { FreshDelivery } from './fresh-deliveries.ts'
import type { Gateway } from './gateway.ts'
import type { TokenReader } from './tokens.ts'
import type { PublicUrls } from './urls.ts'

/** Everything the API is built from; `main.ts` makes the real ones, tests their own. */
export interface ApiDeps {
  readonly database: Database
  readonly ingressStore: IngressStore
  readonly gateway: Gateway
  readonly providers: Readonly<Partial<Record<ProviderName, Provider>>>
  readonly readToken: TokenReader
  readonly urls: PublicUrls
  /** App-wide webhook keys of each provider, newest first. */
  readonly appKeys: Readonly<Partial<Record<ProviderName, readonly string[]>>>
  readonly build: BuildFacts
  readonly options?: ApiOptions
}

/** The same for what stands behind a bearer token. */
export interface RestDeps extends ApiDeps {
  readonly authenticate: Authenticate
}

/** What a probe is told of the running build. */
export interface BuildFacts {
  readonly revision: string
  readonly builtAt: string
  readonly migration: string
}

export interface ApiOptions {
  readonly logger?: FastifyBaseLogger
  readonly trustProxy?: readonly string[]
  readonly temporalUiUrl?: string | undefined
  /** Where LISTEN may be used; without it the sockets look once a second. */
  readonly listenUrl?: string
  /** The built console; nothing is served at `/` without it. */
  readonly consolePath?: string | undefined
  /** How long a request waits for the outcome of an operation. */
  readonly patienceMs?: number
  /** Requests a minute and caller. */
  readonly ratePerMinute?: number
  /** How long a request may take to arrive; the default is that of limits.ts. */
  readonly arrivalMs?: number
  readonly now?: () => number
  /** Hears of each delivery that was stored here and whose work is started from here. */
  readonly onStored?: (eventId: string, delivery: FreshDelivery) => void
}
