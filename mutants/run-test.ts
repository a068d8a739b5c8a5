import { mkdtempSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPidLedger } from '../dev/pid-ledger.ts'
import { runTool } from './run-tool.ts'
import type { Report } from './verdict.ts'

/** Some tests of one file. */
export interface Selection {
  readonly file: string
  readonly titles: readonly string[]
}

/** Promises what mocha reports of these tests alone; undefined where it reported nothing. */
export async function runTests(
  root: string,
  { file, titles }: Selection,
  signal: AbortSignal,
): Promise<Report | undefined> {
  const desk = mkdtempSync(join(tmpdir(), 'rendezvous-mutant-run-'))
  const [told, pids] = [join(desk, 'report.json'), join(desk, 'pids')]
  const reporter = ['--reporter', 'json', '--reporter-option', `output=${told}`]
  try {
    await runTool(
      process.execPath,
      [
        join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
        ...ALONE,
        ...reporter,
        '--grep',
        `(${titles.map(literally).join('|')})$`,
        file,
      ],
      { cwd: root, env: { ...process.env, RENDEZVOUS_TEST_PIDS: pids }, signal },
    )
    return JSON.parse(await readFile(told, 'utf8'))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  } finally {
    // Whoever was broken off has left servers.
    await openPidLedger(pids).sweep()
    await rm(desk, { recursive: true, force: true })
  }
}

/** The settings file names all suites, and mocha would add the chosen one to them. */
const ALONE = ['--no-config', '--forbid-only', '--timeout', '60000']

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
