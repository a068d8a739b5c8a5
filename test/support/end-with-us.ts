import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openPidLedger } from '../../dev/pid-ledger.ts'
import type { Stack } from '../../dev/stack.ts'

/** Has a run that is broken off by a signal leave no process of this stack behind. */
export function endWithUs<T extends Pick<Stack, 'home'>>(stack: T): T {
  const { home } = stack
  process.once('exit', () => {
    // A stack that was stopped has taken its home along.
    if (!existsSync(home)) return
    openPidLedger(join(home, 'pids')).killAll()
    rmSync(home, { recursive: true, force: true })
  })
  return stack
}
