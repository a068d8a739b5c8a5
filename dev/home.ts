import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PidLedger } from './pid-ledger.ts'
import { ledgerOfTestRun, openPidLedger } from './pid-ledger.ts'
import { birthOf, isAlive } from './processes.ts'
import type { Log } from './progress.ts'

/** A folder that one stack at a time lives in. */
export interface Home {
  readonly path: string
  readonly ledger: PidLedger
  /** Promises that the next stack may move in. */
  readonly leave: () => Promise<void>
}

/** Promises the home for us alone, whatever a stack that crashed here left running ended. */
export async function enterHome(path: string, log: Log): Promise<Home> {
  await mkdir(path, { recursive: true })
  const note = join(path, 'stack.pid')
  const tenant = existsSync(note) ? readFileSync(note, 'utf8').split(' ') : []
  const pid = Number(tenant[0])
  if (pid > 0 && pid !== process.pid && isAlive(pid) && birthOf(pid) === tenant[1]) {
    throw new Error(`${path} is in use by a running stack (process ${pid}): set RENDEZVOUS_HOME`)
  }
  await writeFile(note, `${process.pid} ${birthOf(process.pid)}`)
  const ledger = openPidLedger(join(path, 'pids'), ledgerOfTestRun())
  const ended = await ledger.sweep()
  if (ended > 0) log(`ended ${ended} processes that an earlier stack left in ${path}`)
  return { path, ledger, leave: () => rm(note, { force: true }) }
}
