import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker'

const ENTRY = fileURLToPath(new URL('../workflows/index.ts', import.meta.url))

/** The workflow code as one file: the one built with the image, or built now (about 5 s). */
export async function loadWorkflowBundle(builtPath?: string): Promise<WorkflowBundle> {
  if (builtPath !== undefined && existsSync(builtPath))
    return { code: await readFile(builtPath, 'utf8') }
  return bundleWorkflowCode({ workflowsPath: ENTRY, logger: new DefaultLogger('WARN') })
}
