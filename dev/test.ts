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
const failures: string[] = []
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
  failures.push(...tally.failures)
} catch (error) {
  const failure = `✘ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  log(failure)
  failures.push(failure)
  total.failed += 1
}

const left = await openPidLedger(pids).sweep()
if (left > 0) log(`ended ${left} servers that the run left behind`)
rmSync(pids, { recursive: true, force: true })
// Once more, below the noise of two thousand tests: who reads only the end learns what failed.
if (failures.length > 0) log(`\nwhat failed:\n${failures.join('\n')}`)
log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)

async function runStages(): Promise<void> {
  for (const stage of STAGES) {
    const { name, ok, ms, output } = await runStage(stage)
    log(`${ok ? '✔' : '✘'} ${name} (${ms} ms)`)
    if (ok) total.passed += 1
    if (ok) continue
    log(output)
    failures.push(`✘ ${name}\n${output}`)
    total.failed += 1
  }
}
