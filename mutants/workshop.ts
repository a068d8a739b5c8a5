import { chmodSync, cpSync, mkdirSync, mkdtempSync } from 'node:fs'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { repositoryPaths, ROOT } from '../dev/repository-files.ts'
import { type Mutant, mutated } from './mutant.ts'

/** A copy of the tree as it stands, in which mistakes can be made and are undone again. */
export interface Workshop {
  readonly root: string
  /** Promises the work's result, with these mistakes in the copy meanwhile, one in a file. */
  readonly withMutants: <T>(mutants: readonly Mutant[], work: () => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}

/** Copies what is or would be committed; the packages are linked, since nothing changes them. */
export function openWorkshop(): Workshop {
  const home = mkdtempSync(join(tmpdir(), 'rendezvous-mutants-'))
  // PostgreSQL may run as another user, who must be able to enter.
  chmodSync(home, 0o711)
  const root = join(home, 'tree')
  for (const path of repositoryPaths()) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    cpSync(join(ROOT, path), join(root, path))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'))
  return {
    root,
    async withMutants(mutants, work) {
      const files = mutants.map((mutant) => {
        const path = join(root, mutant.file)
        const honest = readFileSync(path, 'utf8')
        return { path, honest, wrong: mutated(honest, mutant) }
      })
      try {
        for (const { path, wrong } of files) writeFileSync(path, wrong)
        return await work()
      } finally {
        for (const { path, honest } of files) writeFileSync(path, honest)
      }
    },
    close: () => rm(home, { recursive: true, force: true }),
  }
}
