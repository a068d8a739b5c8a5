import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../progress.ts'
import type { Secrets } from '../secrets.ts'
import { startSettings } from '../settings.ts'
import { startStack } from '../stack.ts'
import type { TokenClaims } from '../token.ts'
import { signToken } from '../token.ts'

/** A running system and its sandbox. */
export interface System {
  readonly api: string
  /** The public base URL that callbacks must be under. */
  readonly apiUrl: string
  readonly sandbox: string
  readonly token: (claims: TokenClaims) => Promise<string>
  /** Which system this is, in words. */
  readonly told: string
  /** Ends what was started for the demo; one that ran before goes on. */
  readonly stop: () => Promise<void>
}

/** How a system of our own is started. */
interface Start {
  readonly log: Log
  /** Gives up a start that is under way. */
  readonly signal: AbortSignal
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * The system at `RENDEZVOUS_URL`, or the one `npm start` runs by default; where no default one
 * answers, one of our own. An address that was named and does not answer is an error: the demo
 * must not vouch for another system than the one it was asked about.
 */
export async function findSystem(env: Env, { log, signal }: Start): Promise<System> {
  const named = env['RENDEZVOUS_URL']
  const settings = startSettings(env)
  const api = named ?? `http://localhost:${settings.ports.PORT}`
  if (await isRendezvous(api)) {
    const secret = settings.chosen['AUTH_JWT_SECRET'] ?? (await secretOf(settings.home))
    const token = (claims: TokenClaims): Promise<string> => signToken(secret ?? '', claims)
    const isOurs = secret !== undefined && (await accepts(api, token))
    if (isOurs)
      return {
        api,
        apiUrl: env['API_URL'] ?? api,
        sandbox: `http://localhost:${settings.ports.SANDBOX_PORT}`,
        token,
        told: `the running system at ${api}`,
        stop: async () => {},
      }
    if (named !== undefined) throw new Error(`${api} refuses tokens of ${settings.home}: ${HOW}`)
    log(`the system at ${api} refuses tokens of ${settings.home}`)
  } else if (named !== undefined) throw new Error(`nothing answers at RENDEZVOUS_URL ${api}`)
  return startSystem({ log, signal })
}

const HOW = 'set RENDEZVOUS_HOME to its home, or AUTH_JWT_SECRET'

/** How often a system of the demo's own looks at its hooks: so long does a demo wait at most. */
const LOOKS_EVERY_SECONDS = 5

/** Promises a system of the demo's own, which looks at its hooks every few seconds. */
export async function startSystem({ log, signal }: Start): Promise<System> {
  log('starting a system of its own, on free ports, in a temporary home')
  const env = { RECONCILE_SECONDS: String(LOOKS_EVERY_SECONDS) }
  const stack = await startStack({ log, signal, env })
  const { api, sandbox } = stack.urls
  return {
    api,
    apiUrl: api,
    sandbox,
    token: stack.token,
    told: `a system started for this demo at ${api}`,
    stop: stack.stop,
  }
}

async function isRendezvous(api: string): Promise<boolean> {
  const answer = await fetch(`${api}/health`, { signal: AbortSignal.timeout(2_000) }).catch(
    () => undefined,
  )
  const body = (await answer?.json().catch(() => undefined)) as { status?: unknown } | undefined
  return body?.status === 'ok'
}

async function accepts(api: string, token: (claims: TokenClaims) => Promise<string>) {
  const authorization = `Bearer ${await token({ sub: 'demo-admin', org: 'demo', role: 'admin' })}`
  return (await fetch(`${api}/api/me`, { headers: { authorization } })).ok
}

async function secretOf(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, 'secrets.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Secrets).AUTH_JWT_SECRET
}
