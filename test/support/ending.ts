import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PidLedger } from '../../dev/pid-ledger.ts'
import { openPidLedger } from '../../dev/pid-ledger.ts'

const endings: (() => Promise<void>)[] = []

/** A folder for this run's servers, gone at its end. PostgreSQL's user must be able to enter it. */
export const runDirectory = mkdtempSync(join(tmpdir(), 'rendezvous-test-'))
mkdirSync(join(runDirectory, 'logs'))

/** `npm test` names the folder and sweeps it even when this process has crashed. */
export const pidDirectory = process.env['RENDEZVOUS_TEST_PIDS'] ?? join(runDirectory, 'pids')
// A test that starts a mocha of its own must not lend it our servers: it would end them.
delete process.env['RENDEZVOUS_TEST_PIDS']

/** The ledger of every server this run starts. */
export const ledger: PidLedger = openPidLedger(pidDirectory)

/** Registers what is to happen once after the last test file; later ones happen first. */
export function atTheEnd(ending: () => Promise<void>): void {
  endings.push(ending)
}

/** Promises the end of everything that was registered. */
async function endAll(): Promise<void> {
  for (let ending = endings.pop(); ending !== undefined; ending = endings.pop()) await ending()
}

// A run that is broken off never reaches its last hook. What a signal or `process.exit` leaves is
// ended here, synchronously; what `kill -9` leaves, `npm test` sweeps.
process.on('exit', () => {
  ledger.killAll()
  rmSync(runDirectory, { recursive: true, force: true })
})
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(name, () => process.exit(code))
}

// Loaded while mocha collects the files, this is a hook of the root suite: it runs after them all.
if (typeof after === 'function') {
  after('end the servers of this run', async function endTheServers() {
    this.timeout(30_000)
    await endAll()
    await ledger.sweep()
    rmSync(runDirectory, { recursive: true, force: true })
  })
}
