import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The folder everything is in. */
export const ROOT = join(import.meta.dirname, '..')

/** Where the repository ends when there is no git to ask. */
const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.rendezvous'])

/** A file of the repository as text. */
export interface RepositoryFile {
  /** Relative to the root. */
  readonly path: string
  readonly text: string
}

/** Every file that is or would be committed, by its path from the root. */
export function repositoryPaths(): string[] {
  const paths = existsSync(join(ROOT, '.git')) ? pathsOfGit() : pathsBelow(ROOT)
  return paths.filter((path) => isFile(join(ROOT, path))).sort()
}

/** Every text file that is or would be committed. */
export const repositoryFiles = (): RepositoryFile[] =>
  repositoryPaths()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'))

function pathsOfGit(): string[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  return execFileSync('git', list, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64e6 })
    .split('\0')
    .filter((path) => path !== '')
}

const pathsBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? pathsBelow(path) : [relative(ROOT, path)]
  })

/** A committed file may be gone from the working tree, and a link may lead to a folder. */
const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
