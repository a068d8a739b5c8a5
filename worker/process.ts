import { constants, setPriority } from 'node:os'
import { Client } from '@temporalio/client'
import { Runtime } from '@temporalio/worker'
import { createActivities } from '../activities/index.ts'
import type { WorkerConfig } from '../config/config.ts'
import { openDatabase } from '../db/database.ts'
import type { UnstartedOperation } from '../db/directory.ts'
import { parseKeyRing } from '../db/key-ring.ts'
import { markStarted } from '../db/operations.ts'
import { markSeriesStarted } from '../db/series.ts'
import { loadWorkflowBundle } from './bundle.ts'
import { createLog, temporalLogger } from './log.ts'
import { createOwners } from './owners.ts'
import { runRelay } from './relay.ts'
import { createStarter } from './starter.ts'
import { runResealer } from './resealer.ts'
import { runSweeper } from './sweeper.ts'
import { connectTemporal } from './temporal-connection.ts'
import { buildProviders } from './wiring.ts'
import {
  createBurstWorker,
  createEventWorker,
  createIntegrationWorker,
  createOperationWorker,
} from './worker.ts'

/** Owners that still have something to do are looked for this often. */
const SWEEP_EVERY_MS = 60_000

/** One look at all that is sealed; what it is for, a new key, comes once in months. */
const RESEAL_EVERY_MS = 60 * 60_000

/** Runs one worker process until it is told to stop; ends with nothing in flight. */
export async function runWorkerProcess(config: WorkerConfig): Promise<void> {
  // Where api and worker share a machine, accepting a booking comes before working on a backlog.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const log = createLog(config.logLevel)
  Runtime.install({ logger: temporalLogger(log) })
  const database = await openDatabase({
    url: config.database.url,
    poolSize: config.database.poolSize,
    keyRing: parseKeyRing(config.encryptionKeys),
  })
  const { connection, namespace } = await connectTemporal(config.temporal, log)
  const client = new Client({ connection, namespace })
  const starter = createStarter(client, config.pace)
  const activities = createActivities({
    database,
    providers: buildProviders(config),
    apiUrl: config.apiUrl,
    nudgeOwner: starter.nudgeOwner,
    log,
  })
  const bundle = await loadWorkflowBundle(config.workflowBundle)
  const deps = { connection, namespace, bundle, activities }
  const workers = await Promise.all([
    createEventWorker(deps),
    createBurstWorker(deps),
    createOperationWorker(deps),
    createIntegrationWorker(deps),
  ])
  const stopping = new AbortController()
  const { directory } = database
  const noteStarted = ({ organizationId, operationId, kind }: UnstartedOperation): Promise<void> =>
    database.withTenant(organizationId, (tx) =>
      kind === 'series' ? markSeriesStarted(tx, operationId) : markStarted(tx, operationId),
    )
  const loops = [
    runRelay({ directory, starter, noteStarted, log }, stopping.signal),
    runSweeper(
      {
        database,
        starter,
        owners: createOwners(client),
        apiUrl: config.apiUrl,
        log,
        everyMs: SWEEP_EVERY_MS,
      },
      stopping.signal,
    ),
    runResealer({ database, log, everyMs: RESEAL_EVERY_MS }, stopping.signal),
  ]
  // Whoever supervises us waits for this line, whatever the log level.
  process.stdout.write(`${JSON.stringify({ process: 'worker', msg: 'worker ready' })}\n`)
  // The SDK's runtime ends the workers on SIGTERM and SIGINT; the loops and the pool follow them.
  await Promise.all(workers.map((worker) => worker.run())).finally(() => stopping.abort())
  await Promise.all(loops)
  await connection.close()
  await database.close()
  log.info({}, 'worker stopped')
}
