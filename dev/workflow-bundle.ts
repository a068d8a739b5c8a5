import { createHash } from 'node:crypto'
import { glob, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { cached } from './cache.ts'

const ROOT = join(import.meta.dirname, '..')
/** All that can end up in the bundle; the lock file stands for every package. */
const SOURCES = ['workflows/**/*.ts', 'domain/**/*.ts', 'package-lock.json']

/** Promises the path of a bundle of the present workflows; unchanged ones are not bundled again. */
export async function bundledWorkflows(): Promise<string> {
  const directory = await cached(`workflows-${await hashOfSources()}`, async (workshop) => {
    await writeFile(join(workshop, 'workflows.js'), await bundle())
    return workshop
  })
  return join(directory, 'workflows.js')
}

/** Promises the code of all workflows in one file. */
export async function bundle(): Promise<string> {
  const workflowsPath = join(ROOT, 'workflows', 'index.ts')
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') })
  return code
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256')
  const paths: string[] = []
  for await (const path of glob(SOURCES, { cwd: ROOT })) paths.push(path)
  for (const path of paths.toSorted()) {
    hash.update(`${path}\0`)
    hash.update(await readFile(join(ROOT, path))).update('\0')
  }
  return hash.digest('hex').slice(0, 16)
}
