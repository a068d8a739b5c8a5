import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  bundleWorkflowCode,
  DefaultLogger,
  type LogLevel,
  type WorkflowBundle,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker'

const ENTRY = fileURLToPath(new URL('../workflows/index.ts', import.meta.url))

/** The workflow code as one file: the one built with the image, or built now (about 5 s). */
export async function loadWorkflowBundle(builtPath?: string): Promise<WorkflowBundle> {
  if (builtPath !== undefined && existsSync(builtPath))
    return { code: await readFile(builtPath, 'utf8') }
  return bundleWorkflows()
}

/** All workflows, bundled now; the bundler says what is of at least this level. */
export function bundleWorkflows(level: LogLevel = 'WARN'): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowsPath: ENTRY,
    // Read once by each worker. Else every single workflow would evaluate all modules of ours and
    // keep its own copy, an owner for years; they hold nothing that changes, and a test sees to it.
    preloadModules: [ENTRY],
    logger: new DefaultLogger(level),
  })
}
