import { fileURLToPath } from 'node:url'
import { ConfigurationError, loadApiConfig } from '../config/config.ts'
import { LATEST_MIGRATION } from '../db/migrate.ts'
import { buildProviders, wireEventWorker } from '../worker/wiring.ts'
import { startApi } from './process.ts'

/** A supervisor kills after thirty seconds; by then we have given up by ourselves. */
const STOP_WITHIN_MS = 20_000

try {
  const config = await loadApiConfig()
  const api = await startApi({
    config,
    providers: buildProviders(config),
    build: {
      revision: config.revision,
      builtAt: config.builtAt,
      migration: LATEST_MIGRATION,
    },
    consolePath: fileURLToPath(new URL('../console/dist', import.meta.url)),
    createEventWorker: (shared) => wireEventWorker({ ...shared, config }),
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
      void api.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
