import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker'
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker'
import { findTemporalCli } from '../../dev/temporal-binary.ts'
import { startTemporal } from '../../dev/temporal-server.ts'
import { findTestServer } from '../../dev/test-server.ts'
import { bundleWorkflows } from '../../worker/bundle.ts'
import { atTheEnd, ledger, pidDirectory, runDirectory } from './ending.ts'
import { freePort } from './ports.ts'

/** The one real Temporal server of a run, and clients of it that all files share. */
export interface DevServer {
  readonly address: string
  readonly connection: Connection
  readonly nativeConnection: NativeConnection
  readonly client: Client
}

/** IndexedValueType of the server's API. */
const KEYWORD = 2

let server: Promise<DevServer> | undefined
let bundle: Promise<WorkflowBundleWithSourceMap> | undefined
let isQuiet = false

/**
 * Promises a server of the caller's own that skips time; the caller tears it down. At most 15 files
 * may own one: each is a Java process.
 */
export async function timeSkippingEnv(): Promise<TestWorkflowEnvironment> {
  quieten()
  const path = noted(await findTestServer(() => {}))
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  })
  await env.connection.operatorService.addSearchAttributes({ searchAttributes: OURS })
  return env
}

/** The search attributes that workflows of ours carry; a server refuses those it does not know. */
const OURS = Object.fromEntries(
  ['RvProvider', 'RvOrganization', 'RvIntegration', 'RvHealth', 'RvPhase'].map((name) => [
    name,
    KEYWORD,
  ]),
)

/** Promises the shared Temporal development server, as `npm start` runs it but in memory. */
export const devServer = (): Promise<DevServer> => (server ??= startDevServer())

/** Promises all our workflows, bundled once per run. */
export function workflowBundle(): Promise<WorkflowBundleWithSourceMap> {
  quieten()
  return (bundle ??= bundleWorkflows('ERROR'))
}

async function startDevServer(): Promise<DevServer> {
  quieten()
  const port = await freePort()
  const child = await startTemporal({
    executable: await findTemporalCli(() => {}),
    home: runDirectory,
    port,
    ledger,
    isDurable: false,
  })
  atTheEnd(() => child.stop(5_000))
  const address = `127.0.0.1:${port}`
  const connection = await Connection.connect({ address })
  atTheEnd(() => connection.close())
  const nativeConnection = await NativeConnection.connect({ address })
  atTheEnd(() => nativeConnection.close())
  return { address, connection, nativeConnection, client: new Client({ connection }) }
}

/** Failures that tests provoke are no news; a test that wants the log passes a logger of its own. */
function quieten(): void {
  if (isQuiet) return
  isQuiet = true
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  })
}

/** The SDK starts this server by itself, so a wrapper notes its id for the sweep after a crash. */
function noted(executable: string): string {
  const script = join(mkdtempSync(join(runDirectory, 'server-')), 'temporal-test-server')
  const text = `#!/bin/sh\n: > "${pidDirectory}/$$"\nexec "${executable}" "$@"\n`
  writeFileSync(script, text, { mode: 0o755 })
  return script
}
