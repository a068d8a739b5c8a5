import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from './progress.ts'

/** Promises a console built from the present sources; unchanged ones are not built again. */
export async function buildConsole(log: Log): Promise<void> {
  if (!existsSync(join(import.meta.dirname, '..', 'console', 'vite.config.ts'))) {
    log('console: there are no sources to build here, the API starts without it')
    return
  }
  // Loaded only now: Vite takes a while, and stacks for tests never need it.
  const { buildConsole: build } = await import('../console/build.ts')
  const { sources, isNew } = await build()
  log(`console: ${isNew ? 'built' : 'unchanged'} (sources ${sources})`)
}
