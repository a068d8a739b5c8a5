import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { birthOf, gone, isAlive, signal } from './processes.ts'

/**
 * A folder with one file per server started, so that whoever comes after a crash can end exactly
 * those: the file is the id, its text when that process was born (ids are reused).
 */
export interface PidLedger {
  /** Notes a process that runs now. */
  readonly add: (pid: number) => void
  /** Forgets a process that has ended. */
  readonly remove: (pid: number) => void
  /** Promises the end of every noted process that still runs, and how many those were. */
  readonly sweep: () => Promise<number>
  /** Kills every noted process at once: for a handler that can't wait. */
  readonly killAll: () => void
}

/** Opens the ledger in this folder; another one, if named, is told the same. */
export function openPidLedger(folder: string, alsoTold?: PidLedger): PidLedger {
  mkdirSync(folder, { recursive: true })
  const remove = (pid: number): void => {
    rmSync(join(folder, String(pid)), { force: true })
    alsoTold?.remove(pid)
  }
  const living = (): number[] =>
    namesIn(folder)
      .map(Number)
      .filter(Number.isInteger)
      .filter((pid) => isSame(pid, readFileSync(join(folder, String(pid)), 'utf8')))
  return {
    add: (pid) => {
      writeFileSync(join(folder, String(pid)), birthOf(pid))
      alsoTold?.add(pid)
    },
    remove,
    sweep: async () => {
      const left = living()
      await Promise.all(left.map(end))
      for (const pid of namesIn(folder).map(Number)) remove(pid)
      return left.length
    },
    killAll: () => living().forEach((pid) => signal(pid, 'SIGKILL')),
  }
}

/** The ledger of the test run we are part of, if any: it is swept when the run is over. */
export function ledgerOfTestRun(): PidLedger | undefined {
  const folder = process.env['RENDEZVOUS_TEST_PIDS']
  return folder === undefined ? undefined : openPidLedger(folder)
}

/** A test run that ended well has taken its folder away. */
const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])

/** A wrapper script notes no birth; its folder is new with each run, so the id must do. */
const isSame = (pid: number, birth: string): boolean =>
  isAlive(pid) && (birth.trim() === '' || birth === birthOf(pid))

/** SIGINT is the one signal on which PostgreSQL stops at once and cleanly; the others take it too. */
async function end(pid: number): Promise<void> {
  signal(pid, 'SIGINT')
  if (!(await gone(pid, 5_000))) signal(pid, 'SIGKILL')
}
