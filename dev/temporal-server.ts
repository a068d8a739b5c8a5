import { connect } from 'node:net'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import type { Child } from './child.ts'
import { startChild, untilReady } from './child.ts'
import type { PidLedger } from './pid-ledger.ts'

/** What an admin can search workflows by. */
const SEARCH_ATTRIBUTES = ['RvProvider', 'RvOrganization', 'RvIntegration', 'RvHealth', 'RvPhase']

/** Write-ahead log with few, large checkpoints: survives `kill -9` at several times the default's rate. */
const PRAGMAS = [
  'journal_mode=WAL',
  'synchronous=NORMAL',
  'wal_autocheckpoint=20000',
  'cache_size=-65536',
  'temp_store=MEMORY',
]

/** The default reads a shard's queue 20 times a second, which costs each task about 50 ms. */
const DYNAMIC_CONFIG = [
  'history.transferProcessorMaxPollRPS=2000',
  'system.enableActivityEagerExecution=true',
]

/** What the development server needs to know. */
export interface TemporalOptions {
  readonly executable: string
  readonly home: string
  readonly port: number
  /** Without one there is no UI. */
  readonly uiPort?: number
  readonly ledger: PidLedger
  /** False keeps everything in memory: for tests that lose nothing by a crash. */
  readonly isDurable?: boolean
}

/** Promises a running Temporal development server with our search attributes registered. */
export async function startTemporal(options: TemporalOptions): Promise<Child> {
  const child = startChild({
    name: 'temporal',
    executable: options.executable,
    args: serverArgs(options),
    env: withoutTemporalSettings(),
    logFile: join(options.home, 'logs', 'temporal.log'),
    ledger: options.ledger,
  })
  await untilReady(
    child,
    async () => (await listens(options.port)) && answers(`127.0.0.1:${options.port}`),
  )
  return child
}

function serverArgs({ home, port, uiPort, isDurable = true }: TemporalOptions): string[] {
  const storage = isDurable
    ? ['--db-filename', join(home, 'temporal.db'), ...each('--sqlite-pragma', PRAGMAS)]
    : []
  const base = `server start-dev --ip 127.0.0.1 --port ${port} --log-level error`
  return [
    ...base.split(' '),
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...storage,
    ...each('--dynamic-config-value', DYNAMIC_CONFIG),
    ...each(
      '--search-attribute',
      SEARCH_ATTRIBUTES.map((name) => `${name}=Keyword`),
    ),
  ]
}

const each = (flag: string, values: readonly string[]): string[] =>
  values.flatMap((value) => [flag, value])

/** The person's own Temporal profile must not steer our private server. */
function withoutTemporalSettings(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'))
  return Object.fromEntries(others)
}

/** gRPC waits a second after a refused connection, so it is asked only when there is somebody. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** The attributes come last at its start, so they are what to wait for. */
async function answers(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 })
  try {
    const listed = await connection.withDeadline(Date.now() + 2_000, () =>
      connection.operatorService.listSearchAttributes({ namespace: 'default' }),
    )
    return SEARCH_ATTRIBUTES.every((name) => listed.customAttributes?.[name] !== undefined)
  } finally {
    await connection.close()
  }
}
