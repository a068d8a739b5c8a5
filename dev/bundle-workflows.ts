import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundle } from './workflow-bundle.ts'

const target = join(import.meta.dirname, '..', 'dist', 'workflows.js')

/** Built with the image, so that a worker starts without a bundler and all run the same code. */
const code = await bundle()
await mkdir(dirname(target), { recursive: true })
await writeFile(target, code)
console.log(`workflows: ${target} (${Math.round(code.length / 1024)} KB)`)
