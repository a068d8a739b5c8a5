import { Type } from 'typebox'
import type { Static } from 'typebox'

/** A `description` is the remedy: it ends every line about that setting in the list of mistakes. */
const origin = (remedy: string) =>
  Type.String({ pattern: '^https?://[^/?#@\\s]+$', description: remedy })

/** A provider may live below a path, as the sandbox does; a trailing slash would double ours. */
const base = (remedy: string) =>
  Type.String({ pattern: '^https?://[^?#@\\s]*[^/?#@\\s]$', description: remedy })

const postgresUrl = (remedy: string) =>
  Type.String({ pattern: '^postgres(ql)?://\\S+$', description: remedy })

const text = (remedy: string) => Type.String({ minLength: 1, description: remedy })

const seconds = (fallback: number, remedy: string) =>
  Type.Integer({ minimum: 1, maximum: 604_800, default: fallback, description: remedy })

const pool = (fallback: number, remedy: string) =>
  Type.Integer({ minimum: 1, maximum: 200, default: fallback, description: remedy })

/** What both processes are told. */
const common = {
  LOG_LEVEL: Type.String({
    pattern: '^(trace|debug|info|warn|error|fatal|silent)$',
    default: 'info',
    description: 'use trace, debug, info, warn, error, fatal or silent',
  }),
  API_URL: origin(
    'the public base URL of the ingress, an origin such as https://hooks.example.com without a path',
  ),
  DATABASE_URL: postgresUrl('postgres://… of the role rendezvous_app'),
  DATABASE_POOL_SIZE: pool(10, 'a whole number of connections from 1 to 200'),
  ENCRYPTION_KEYS: Type.String({
    pattern: '^[A-Za-z0-9_-]+:[A-Za-z0-9+/_=-]{43,44}(,[A-Za-z0-9_-]+:[A-Za-z0-9+/_=-]{43,44})*$',
    description: 'a key ring id:base64,… of 32-byte keys, the first one writes',
  }),
  CALENDLY_AUTH_URL: base('the base URL of the authorize page, https://auth.calendly.com'),
  CALENDLY_ISSUER: Type.Optional(
    base('the issuer (iss) that answers of the authorize page name, or leave it out'),
  ),
  CALENDLY_API_URL: base('the base URL of the API, https://api.calendly.com'),
  CALENDLY_CLIENT_ID: text('the client id of your Calendly OAuth app'),
  CALENDLY_CLIENT_SECRET: text('the client secret of your Calendly OAuth app'),
  CALCOM_API_URL: Type.Optional(base('the base URL of the Cal.com API, https://api.cal.com')),
  WORKFLOW_BUNDLE: Type.Optional(text('the path of a prebuilt workflow bundle, or leave it out')),
  RECONCILE_SECONDS: seconds(3600, 'seconds between looks at a healthy hook'),
  RECONCILE_ILL_SECONDS: seconds(900, 'seconds between looks at an ill hook'),
  SYNC_SECONDS: seconds(21_600, 'seconds between syncs of a healthy integration'),
  SYNC_ILL_SECONDS: seconds(1800, 'seconds between syncs of an ill integration'),
  BUILD_REVISION: Type.String({ default: 'development', description: 'the revision of the code' }),
  BUILD_TIME: Type.Optional(text('when the image was built, in ISO form')),
}

/** Everything the api process is told. */
export const ApiSettings = Type.Object({
  ...common,
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 3000,
    description: 'a port from 1 to 65535, or 0 for a free one',
  }),
  HOST: Type.String({ default: '0.0.0.0', description: 'the address to listen on' }),
  APP_URL: origin('the origin of the front end, such as https://app.example.com without a path'),
  DATABASE_INGRESS_URL: postgresUrl('postgres://… of the role rendezvous_ingress'),
  DATABASE_LISTEN_URL: Type.Optional(
    postgresUrl('postgres://… of rendezvous_app, direct and not through a transaction pooler'),
  ),
  DATABASE_INGRESS_POOL_SIZE: pool(4, 'a whole number of connections from 1 to 200'),
  CALENDLY_WEBHOOK_SIGNING_KEY: Type.Optional(text('the app-wide signing key, or leave it out')),
  CALENDLY_WEBHOOK_SIGNING_KEY_PREVIOUS: Type.Optional(
    text('the app-wide key before the present one, while deliveries may still bear it'),
  ),
  CALCOM_WEBHOOK_SECRET: Type.Optional(text('the secret of the shared Cal.com route, or none')),
  AUTH_JWT_SECRET: Type.Optional(
    Type.String({ minLength: 32, description: 'at least 32 characters, shared with your issuer' }),
  ),
  AUTH_JWKS_URL: Type.Optional(
    Type.String({ pattern: '^https?://\\S+$', description: "the URL of your issuer's JWKS" }),
  ),
  AUTH_JWT_ISSUER: Type.Optional(text('the issuer that tokens must name (iss), or leave it out')),
  AUTH_JWT_AUDIENCE: Type.Optional(
    text('the audience that tokens must name (aud), or leave it out'),
  ),
  TEMPORAL_UI_URL: Type.Optional(
    Type.String({ pattern: '^https?://\\S+$', description: 'the base URL of the Temporal UI' }),
  ),
  TRUST_PROXY: Type.Optional(text('the CIDR ranges of your proxies, separated by commas')),
  EVENTS_IN_API: Type.Boolean({
    default: true,
    description: 'true or false: whether this process also works on events',
  }),
})

/** Everything the worker process is told. */
export const WorkerSettings = Type.Object({
  ...common,
  WORKER_METRICS_PORT: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 65_535, description: 'a port from 1 to 65535' }),
  ),
})

export type ApiSettings = Static<typeof ApiSettings>
export type WorkerSettings = Static<typeof WorkerSettings>

/** Settings that hold a secret: each can come as NAME_FILE, and none is ever shown. */
export const SECRETS = [
  'DATABASE_URL',
  'DATABASE_INGRESS_URL',
  'DATABASE_LISTEN_URL',
  'ENCRYPTION_KEYS',
  'CALENDLY_CLIENT_ID',
  'CALENDLY_CLIENT_SECRET',
  'CALENDLY_WEBHOOK_SIGNING_KEY',
  'CALENDLY_WEBHOOK_SIGNING_KEY_PREVIOUS',
  'CALCOM_WEBHOOK_SECRET',
  'AUTH_JWT_SECRET',
] as const

/** Names of older systems, with what to set instead. */
export const LEGACY_NAMES: Readonly<Record<string, string>> = {
  CALENDLY_OAUTH_CLIENT_ID: 'use CALENDLY_CLIENT_ID',
  CALENDLY_OAUTH_CLIENT_SECRET: 'use CALENDLY_CLIENT_SECRET',
  CALENDLY_REDIRECT_URI: 'remove it: the redirect URI is built from API_URL',
}
