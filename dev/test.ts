import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runMocha } from './mocha-run.ts'
import { openPidLedger } from './pid-ledger.ts'
import { runStage, STAGES } from './stages.ts'
import { findTemporalCli } from './temporal-binary.ts'
import { findTestServer } from './test-server.ts'

const log = (line: string): void => console.log(line)
const pids = mkdtempSync(join(tmpdir(), 'rendezvous-pids-'))
const total = { passed: 0, failed: 0 }
const chosen = process.argv.slice(2)

try {
  // Before anything is timed: on a new machine this takes minutes.
  await findTemporalCli(log)
  await findTestServer(log)
  // Whoever names test files wants those and nothing else.
  if (chosen.length === 0) await runStages()
  const tally = await runMocha(chosen, log, pids)
  total.passed += tally.passed
  total.failed += tally.failed
} catch (error) {
  log(`✘ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  total.failed += 1
}

const left = await openPidLedger(pids).sweep()
if (left > 0) log(`ended ${left} servers that the run left behind`)
rmSync(pids, { recursive: true, force: true })
log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)

async function runStages(): Promise<void> {
  for (const stage of STAGES) {
    const { name, ok, ms, output } = await runStage(stage)
    log(`${ok ? '✔' : '✘'} ${name} (${ms} ms)`)
    if (!ok) log(output)
    if (ok) total.passed += 1
    else total.failed += 1
  }
}
