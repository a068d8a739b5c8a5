import type { ClientConnectConfig } from '@temporalio/envconfig'
import type { Pace } from '../domain/owner-state.ts'
import type { ApiSettings, WorkerSettings } from './settings.ts'

/** Where Cal.com is for those who choose no other installation. */
const CALCOM_API = 'https://api.cal.com'

/** The Calendly app of this installation. */
export interface CalendlyConfig {
  readonly authUrl: string
  /** How its answers name themselves, where that isn't the address above. */
  readonly issuer: string | undefined
  readonly apiUrl: string
  readonly clientId: string
  readonly clientSecret: string
}

/** What both processes know. */
interface CommonConfig {
  readonly logLevel: string
  readonly apiUrl: string
  readonly encryptionKeys: string
  readonly calendly: CalendlyConfig
  readonly calcom: { readonly apiUrl: string }
  readonly temporal: ClientConnectConfig
  /** A bundle built with the image; without it one is built at start. */
  readonly workflowBundle: string | undefined
  readonly pace: Pace
  readonly revision: string
  readonly builtAt: string
}

/** What the api process knows. */
export interface ApiConfig extends CommonConfig {
  readonly port: number
  readonly host: string
  readonly appUrl: string
  readonly trustProxy: readonly string[]
  readonly eventsInApi: boolean
  readonly temporalUiUrl: string | undefined
  readonly auth: {
    readonly jwtSecret: string | undefined
    readonly jwksUrl: string | undefined
    /** What a token of the key set must name, where that is set. */
    readonly issuer: string | undefined
    readonly audience: string | undefined
  }
  /** The app-wide key and its predecessor, newest first; may be none. */
  readonly calendlySigningKeys: readonly string[]
  /** The secret of the shared Cal.com route; may be none. */
  readonly calcomSecrets: readonly string[]
  readonly database: {
    readonly url: string
    readonly poolSize: number
    readonly ingressUrl: string
    readonly ingressPoolSize: number
    readonly listenUrl: string
  }
}

/** What the worker process knows. */
export interface WorkerConfig extends CommonConfig {
  readonly metricsPort: number | undefined
  readonly database: { readonly url: string; readonly poolSize: number }
}

/** The api's configuration in the words of the code. */
export function apiConfigOf(settings: ApiSettings, temporal: ClientConnectConfig): ApiConfig {
  return {
    ...commonOf(settings, temporal),
    port: settings.PORT,
    host: settings.HOST,
    appUrl: new URL(settings.APP_URL).origin,
    trustProxy: settings.TRUST_PROXY?.split(',').map((range) => range.trim()) ?? [],
    eventsInApi: settings.EVENTS_IN_API,
    temporalUiUrl: settings.TEMPORAL_UI_URL,
    auth: {
      jwtSecret: settings.AUTH_JWT_SECRET,
      jwksUrl: settings.AUTH_JWKS_URL,
      issuer: settings.AUTH_JWT_ISSUER,
      audience: settings.AUTH_JWT_AUDIENCE,
    },
    calendlySigningKeys: [
      settings.CALENDLY_WEBHOOK_SIGNING_KEY,
      settings.CALENDLY_WEBHOOK_SIGNING_KEY_PREVIOUS,
    ].filter((key) => key !== undefined),
    calcomSecrets: [settings.CALCOM_WEBHOOK_SECRET].filter((secret) => secret !== undefined),
    database: {
      url: settings.DATABASE_URL,
      poolSize: settings.DATABASE_POOL_SIZE,
      ingressUrl: settings.DATABASE_INGRESS_URL,
      ingressPoolSize: settings.DATABASE_INGRESS_POOL_SIZE,
      listenUrl: settings.DATABASE_LISTEN_URL ?? settings.DATABASE_URL,
    },
  }
}

/** The worker's configuration in the words of the code. */
export function workerConfigOf(
  settings: WorkerSettings,
  temporal: ClientConnectConfig,
): WorkerConfig {
  return {
    ...commonOf(settings, temporal),
    metricsPort: settings.WORKER_METRICS_PORT,
    database: { url: settings.DATABASE_URL, poolSize: settings.DATABASE_POOL_SIZE },
  }
}

function commonOf(settings: WorkerSettings, temporal: ClientConnectConfig): CommonConfig {
  return {
    logLevel: settings.LOG_LEVEL,
    apiUrl: new URL(settings.API_URL).origin,
    encryptionKeys: settings.ENCRYPTION_KEYS,
    calendly: {
      authUrl: settings.CALENDLY_AUTH_URL,
      issuer: settings.CALENDLY_ISSUER,
      apiUrl: settings.CALENDLY_API_URL,
      clientId: settings.CALENDLY_CLIENT_ID,
      clientSecret: settings.CALENDLY_CLIENT_SECRET,
    },
    calcom: { apiUrl: settings.CALCOM_API_URL ?? CALCOM_API },
    temporal,
    revision: settings.BUILD_REVISION,
    builtAt: settings.BUILD_TIME ?? new Date().toISOString(),
    workflowBundle: settings.WORKFLOW_BUNDLE,
    pace: {
      reconcileHealthy: settings.RECONCILE_SECONDS * 1000,
      reconcileIll: settings.RECONCILE_ILL_SECONDS * 1000,
      syncHealthy: settings.SYNC_SECONDS * 1000,
      syncIll: settings.SYNC_ILL_SECONDS * 1000,
    },
  }
}
