import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundleWorkflows } from '../worker/bundle.ts'

const target = join(import.meta.dirname, '..', 'dist', 'workflows.js')

/** Built with the image, so that a worker starts without a bundler and all run the same code. */
const { code } = await bundleWorkflows()
await mkdir(dirname(target), { recursive: true })
await writeFile(target, code)
console.log(`workflows: ${target} (${Math.round(code.length / 1024)} KB)`)
