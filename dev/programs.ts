import { join } from 'node:path'
import type { Child, Command } from './child.ts'
import { startEmbedded } from './databases.ts'
import type { PidLedger } from './pid-ledger.ts'
import { freePort } from './ports.ts'
import type { Log } from './progress.ts'
import { answersOk, startProgram } from './service.ts'
import type { EnvironmentParts } from './stack-environment.ts'
import { programEnvironment, sandboxEnvironment } from './stack-environment.ts'
import { findTemporalCli } from './temporal-binary.ts'
import { startTemporal } from './temporal-server.ts'

/**
 * How Node runs an api, here as in the container: room for sixteen megabytes of young objects. V8
 * begins with one, goes back to it in every quiet moment, and would collect at every booking.
 */
export const API_FLAGS = ['--min-semi-space-size=16'] as const

/** How to start each process of one stack; every start is of a new process. */
export interface Programs {
  readonly postgres: () => Promise<Child>
  readonly temporal: () => Promise<Child>
  readonly sandbox: () => Promise<Child>
  readonly api: (port: number, at: number) => Promise<Child>
  readonly worker: (at: number) => Promise<Child>
  /** Promises a port for each of so many apis; the first is the stack's own. */
  readonly apiPorts: (count: number) => Promise<number[]>
}

/** What starting them needs. */
export interface ProgramsDeps {
  readonly parts: EnvironmentParts
  readonly ledger: PidLedger
  readonly log: Log
  /** The folder of `api/main.ts` and its like. */
  readonly root: string
  /** The path of the bundled workflows; without one api and worker bundle them themselves. */
  readonly workflows: Promise<string> | undefined
}

/** The processes of this stack. */
export function programsOf({ parts, ledger, log, root, workflows }: ProgramsDeps): Programs {
  const { home, ports, secrets } = parts
  const command = (
    name: string,
    main: string,
    flags: readonly string[] = [],
  ): Omit<Command, 'executable' | 'env'> => ({
    name,
    args: [...flags, join(root, main)],
    logFile: join(home, 'logs', `${name}.log`),
    ledger,
  })
  const environment = async (): Promise<NodeJS.ProcessEnv> => ({
    ...programEnvironment(parts),
    ...(workflows === undefined ? {} : { WORKFLOW_BUNDLE: await workflows }),
  })
  return {
    postgres: async () => {
      const password = secrets.ownerPassword
      return (await startEmbedded({ home, port: ports.POSTGRES_PORT, password, ledger, log })).child
    },
    temporal: async () =>
      startTemporal({
        executable: await findTemporalCli(log),
        home,
        port: ports.TEMPORAL_PORT,
        uiPort: ports.TEMPORAL_UI_PORT,
        ledger,
      }),
    sandbox: () =>
      startProgram(
        { ...command('sandbox', 'sandbox/main.ts'), env: sandboxEnvironment(parts) },
        () => answersOk(`http://127.0.0.1:${ports.SANDBOX_PORT}/control/ledger`),
      ),
    api: async (port, at) =>
      startProgram(
        {
          ...command(numbered('api', at), 'api/main.ts', API_FLAGS),
          env: { ...(await environment()), PORT: String(port) },
        },
        () => answersOk(`http://127.0.0.1:${port}/ready`),
      ),
    worker: async (at) =>
      startProgram(
        { ...command(numbered('worker', at), 'worker/main.ts'), env: await environment() },
        async (child) => child.output().includes('"msg":"worker ready"'),
      ),
    apiPorts: (count) =>
      Promise.all(
        Array.from({ length: count }, async (_, at) => (at === 0 ? ports.PORT : freePort())),
      ),
  }
}

const numbered = (name: string, at: number): string => (at === 0 ? name : `${name}-${at + 1}`)
