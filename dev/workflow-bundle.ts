import { createHash } from 'node:crypto'
import { glob, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleWorkflows } from '../worker/bundle.ts'
import { cached } from './cache.ts'

const ROOT = join(import.meta.dirname, '..')
/** All that makes the bundle what it is; the lock file stands for every package. */
const SOURCES = ['workflows/**/*.ts', 'domain/**/*.ts', 'worker/bundle.ts', 'package-lock.json']

/** Promises the path of a bundle of the present workflows; unchanged ones are not bundled again. */
export async function bundledWorkflows(): Promise<string> {
  const directory = await cached(`workflows-${await hashOfSources()}`, async (workshop) => {
    const { code } = await bundleWorkflows()
    await writeFile(join(workshop, 'workflows.js'), code)
    return workshop
  })
  return join(directory, 'workflows.js')
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
