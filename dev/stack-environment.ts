import type { StackPorts } from './stack-ports.ts'
import type { Secrets } from './secrets.ts'

/** What the environment of a stack's processes is made from. */
export interface EnvironmentParts {
  readonly ports: StackPorts
  readonly secrets: Secrets
  /** What a person or a test has set; wins over the defaults. */
  readonly chosen: Readonly<Record<string, string | undefined>>
  readonly database: { readonly app: string; readonly ingress: string }
  readonly temporalAddress: string
  readonly home: string
}

/** What any program needs to run at all; everything else is said outright. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS']

/** What only migrations may know. */
const OWNER_ONLY = ['DATABASE_OWNER_URL', 'DATABASE_OWNER_URL_FILE']

/** The environment of api and worker: defaults, then what was chosen, then what the stack has made. */
export function programEnvironment(parts: EnvironmentParts): NodeJS.ProcessEnv {
  const { chosen, database } = parts
  const isTemporalOurs = chosen['TEMPORAL_ADDRESS'] === undefined
  const env: NodeJS.ProcessEnv = {
    ...inherited(),
    ...defaults(parts),
    ...chosen,
    PORT: String(parts.ports.PORT),
    DATABASE_URL: database.app,
    DATABASE_INGRESS_URL: database.ingress,
    TEMPORAL_ADDRESS: parts.temporalAddress,
    // A person's own profile must not steer clients of our private server: this file is not there.
    ...(isTemporalOurs
      ? { TEMPORAL_NAMESPACE: 'default', TEMPORAL_CONFIG_FILE: `${parts.home}/no-profile.toml` }
      : {}),
  }
  for (const name of OWNER_ONLY) delete env[name]
  return env
}

/** The sandbox shares nothing with the rest, its secrets least of all. */
export function sandboxEnvironment({ ports, chosen, home }: EnvironmentParts): NodeJS.ProcessEnv {
  const own = Object.entries(chosen).filter(([name]) => name.startsWith('SANDBOX_'))
  return {
    ...inherited(),
    SANDBOX_HOME: `${home}/sandbox`,
    ...Object.fromEntries(own),
    SANDBOX_PORT: String(ports.SANDBOX_PORT),
  }
}

/** The two base URLs that must never be confused, and so never are the same here. */
export const baseUrls = ({ ports, chosen }: Pick<EnvironmentParts, 'ports' | 'chosen'>) => ({
  api: chosen['API_URL'] ?? `http://localhost:${ports.PORT}`,
  app: chosen['APP_URL'] ?? `http://127.0.0.1:${ports.PORT}`,
})

function defaults(parts: EnvironmentParts): NodeJS.ProcessEnv {
  const sandbox = `http://localhost:${parts.ports.SANDBOX_PORT}`
  const { api, app } = baseUrls(parts)
  const hasOwnIssuer = parts.chosen['AUTH_JWKS_URL'] !== undefined
  return {
    API_URL: api,
    APP_URL: app,
    HOST: '127.0.0.1',
    TEMPORAL_UI_URL: `http://localhost:${parts.ports.TEMPORAL_UI_PORT}`,
    CALENDLY_AUTH_URL: `${sandbox}/calendly`,
    CALENDLY_API_URL: `${sandbox}/calendly`,
    CALENDLY_CLIENT_ID: 'sandbox-client',
    CALENDLY_CLIENT_SECRET: 'sandbox-client-not-a-secret',
    CALCOM_API_URL: `${sandbox}/calcom`,
    ENCRYPTION_KEYS: parts.secrets.ENCRYPTION_KEYS,
    ...(hasOwnIssuer ? {} : { AUTH_JWT_SECRET: parts.secrets.AUTH_JWT_SECRET }),
  }
}

function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]))
}
