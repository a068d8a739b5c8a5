import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildConsole } from './console.ts'
import { bringUpToDate, chosenUrls, embeddedUrls } from './databases.ts'
import { enterHome } from './home.ts'
import type { Log } from './progress.ts'
import { programsOf } from './programs.ts'
import type { Secrets } from './secrets.ts'
import { secretsOf } from './secrets.ts'
import type { Service, ServicePlan } from './service.ts'
import { startService } from './service.ts'
import { baseUrls, programEnvironment } from './stack-environment.ts'
import type { StackPorts } from './stack-ports.ts'
import { portsFor } from './stack-ports.ts'
import type { TokenClaims } from './token.ts'
import { signToken } from './token.ts'
import { bundledWorkflows } from './workflow-bundle.ts'

/** Everything has a default: an isolated stack in a home and on ports of its own. */
export interface StackOptions {
  /** Kept after the end; without one the home is temporary. */
  readonly home?: string
  /** Those not named are any free ones. */
  readonly ports?: Partial<StackPorts>
  /** Settings for api, worker and sandbox, over the defaults. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** How many processes of each; the first api is the one on `PORT`. One of each unless told. */
  readonly apis?: number
  readonly workers?: number
  /** Where `api/main.ts` and its like are; a test may name a folder of stand-ins. */
  readonly root?: string
  readonly hasConsole?: boolean
  readonly log?: Log
  /** Gives up a start that is under way, and leaves nothing running. */
  readonly signal?: AbortSignal
  /** Told when a process ends that nobody killed or stopped. */
  readonly onDeath?: (reason: string) => void
}

/** Where a running stack is reached. */
export interface StackUrls {
  readonly api: string
  /** The front end's origin; the same listener under another name. */
  readonly app: string
  /** One for each api process. */
  readonly apis: readonly string[]
  readonly sandbox: string
  readonly temporal: string
  readonly temporalUi: string
  readonly database: { readonly owner?: string; readonly app: string; readonly ingress: string }
}

/** A running stack. */
export interface Stack {
  readonly home: string
  readonly urls: StackUrls
  /** Its processes in the order they end: api, worker, sandbox, temporal, postgres. */
  readonly children: readonly Service[]
  /** The process of this name (`api`, `api-2`, `worker`, `sandbox`, `temporal`, `postgres`). */
  readonly child: (name: string) => Service
  readonly secrets: Secrets
  readonly token: (claims: TokenClaims) => Promise<string>
  /** Promises the end of every process, in order; a temporary home goes too. */
  readonly stop: () => Promise<void>
}

/** Promises a stack whose every process is ready; one that fails to start leaves nothing running. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { log = () => {}, env: chosen = {} } = options
  const ports = await portsFor(options.ports ?? {})
  const home = await enterHome(resolve(options.home ?? temporaryHome()), log)
  const secrets = await secretsOf(home.path)
  const database = chosenUrls(chosen) ?? embeddedUrls(ports.POSTGRES_PORT, secrets)
  const temporal = chosen['TEMPORAL_ADDRESS'] ?? `127.0.0.1:${ports.TEMPORAL_PORT}`
  const parts = { ports, secrets, chosen, database, temporalAddress: temporal, home: home.path }
  // Bundled while the servers start, once for all processes; stand-ins have no workflows.
  const workflows = options.root === undefined ? bundledWorkflows() : undefined
  workflows?.catch(() => {})
  const root = options.root ?? ROOT
  const programs = programsOf({ parts, ledger: home.ledger, log, root, workflows })
  const running: Service[] = []
  const run = async (start: ServicePlan['start']): Promise<void> => {
    running.push(await startService({ start, onDeath: options.onDeath ?? (() => {}) }))
  }
  const unlessAborted = async (starts: Promise<void>[]): Promise<void> => {
    await Promise.race([all(starts), aborted(options.signal)])
  }
  const stop = async (): Promise<void> => {
    for (const service of inOrder(running)) await service.stop()
    // Whoever was still starting is in the ledger only.
    await home.ledger.sweep()
    await home.leave()
    if (options.home === undefined) await rm(home.path, { recursive: true, force: true })
  }
  try {
    await unlessAborted([
      ...(chosen['DATABASE_URL'] === undefined ? [run(programs.postgres)] : []),
      ...(chosen['TEMPORAL_ADDRESS'] === undefined ? [run(programs.temporal)] : []),
      run(programs.sandbox),
      ...(options.hasConsole === true ? [buildConsole(log)] : []),
    ])
    await bringUpToDate(database, log)
    const apis = await programs.apiPorts(options.apis ?? 1)
    await unlessAborted([
      ...apis.map((port, at) => run(() => programs.api(port, at))),
      ...Array.from({ length: options.workers ?? 1 }, (_, at) => run(() => programs.worker(at))),
    ])
    return {
      home: home.path,
      urls: {
        ...baseUrls(parts),
        apis: apis.map((port) => `http://localhost:${port}`),
        sandbox: `http://localhost:${ports.SANDBOX_PORT}`,
        temporal,
        temporalUi: programEnvironment(parts)['TEMPORAL_UI_URL'] ?? '',
        database,
      },
      children: inOrder(running),
      child: (name) => named(running, name),
      secrets,
      token: (claims) => signToken(chosen['AUTH_JWT_SECRET'] ?? secrets.AUTH_JWT_SECRET, claims),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Whoever uses another goes first: none is left talking to nobody. */
const ENDING_ORDER = ['api', 'worker', 'sandbox', 'temporal', 'postgres']

const inOrder = (services: readonly Service[]): Service[] =>
  services.toSorted((a, b) => place(a.name) - place(b.name) || a.name.localeCompare(b.name))

const place = (name: string): number => ENDING_ORDER.indexOf(name.split('-')[0] ?? name)

function named(services: readonly Service[], name: string): Service {
  const found = services.find((service) => service.name === name)
  if (found === undefined) throw new Error(`this stack has no process named ${name}`)
  return found
}

/** Waits for all, so that none is still starting when the first failure ends the stack. */
async function all(starts: readonly Promise<void>[]): Promise<void> {
  const settled = await Promise.allSettled(starts)
  const failed = settled.find((it) => it.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = (): void => reject(new Error('the start was given up'))
    if (signal?.aborted === true) giveUp()
    signal?.addEventListener('abort', giveUp)
  })
}

const ROOT = join(import.meta.dirname, '..')

const temporaryHome = (): string => mkdtempSync(join(tmpdir(), 'rendezvous-stack-'))
