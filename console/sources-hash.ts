import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** Everything a visitor's browser can get is made from these. */
const SOURCES = ['index.html', 'vite.config.ts', 'public', 'web']

/** Promises one hash over the console's sources, the same on every machine, new with any change. */
export async function hashSources(): Promise<string> {
  const hash = createHash('sha256')
  for (const path of await sourcePaths()) {
    hash.update(`${relative(import.meta.dirname, path)}\0`)
    hash.update(await readFile(path)).update('\0')
  }
  return hash.digest('hex').slice(0, 16)
}

async function sourcePaths(): Promise<string[]> {
  const found = await Promise.all(
    SOURCES.map(async (name) => {
      const path = join(import.meta.dirname, name)
      if (name.includes('.')) return [path]
      const entries = await readdir(path, { recursive: true, withFileTypes: true })
      return entries.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name))
    }),
  )
  return found.flat().sort()
}
