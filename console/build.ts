import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { hashSources } from './sources-hash.ts'

/** Where the built console lies. */
export const CONSOLE_DIRECTORY = join(import.meta.dirname, 'dist')

/** What a build found or made. */
export interface BuiltConsole {
  readonly directory: string
  readonly sources: string
  readonly isNew: boolean
}

/** Promises a built console of the present sources; builds only when they have changed. */
export async function buildConsole(): Promise<BuiltConsole> {
  const sources = await hashSources()
  if ((await builtFrom()) === sources)
    return { directory: CONSOLE_DIRECTORY, sources, isNew: false }
  // Built beside and moved into place: two stacks may start at once, and one may already serve it.
  const workshop = await mkdtemp(join(import.meta.dirname, '.build-'))
  try {
    const outDir = join(workshop, 'dist')
    await build({
      configFile: join(import.meta.dirname, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir },
    })
    await replace(outDir, sources)
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
  return { directory: CONSOLE_DIRECTORY, sources, isNew: true }
}

async function builtFrom(): Promise<string | undefined> {
  const page = await readFile(join(CONSOLE_DIRECTORY, 'index.html'), 'utf8').catch(() => '')
  return /name="rendezvous-sources" content="([0-9a-f]+)"/.exec(page)?.[1]
}

async function replace(built: string, sources: string): Promise<void> {
  await rm(CONSOLE_DIRECTORY, { recursive: true, force: true })
  try {
    await rename(built, CONSOLE_DIRECTORY)
  } catch (error) {
    // Another process was faster: fine when it built the same sources.
    if ((await builtFrom()) !== sources) throw error
  }
}
