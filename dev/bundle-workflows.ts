import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundleWorkflowCode } from '@temporalio/worker'

const ROOT = join(import.meta.dirname, '..')
const target = join(ROOT, 'dist', 'workflows.js')

/** Built with the image, so that a worker starts without a bundler and all run the same code. */
const { code } = await bundleWorkflowCode({ workflowsPath: join(ROOT, 'workflows', 'index.ts') })
await mkdir(dirname(target), { recursive: true })
await writeFile(target, code)
console.log(`workflows: ${target} (${Math.round(code.length / 1024)} KB)`)
