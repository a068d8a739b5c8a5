import { leave } from './leave.ts'
import { readOptions } from './options.ts'
import { runSteps } from './run-steps.ts'
import { createSetting } from './setting.ts'
import type { StepResult } from './step.ts'
import { STEPS } from './steps.ts'
import type { System } from './system.ts'
import { findSystem, startSystem } from './system.ts'
import { createTable } from './table.ts'
import { createWorld } from './world.ts'

const USAGE = `npm run demo -- [--json] [--sabotage <step>]… [--only <step>]… [--patience <ms>]

Shows on a running system, or on one of its own, that bookings arrive. RENDEZVOUS_URL names the
system, RENDEZVOUS_HOME its home, SANDBOX_PORT its sandbox. The steps:

${STEPS.map(({ name, shows }) => `  ${name.padEnd(20)} ${shows}`).join('\n')}
`

/** Progress goes beside the result, so that `--json` stays JSON. */
const log = (line: string): void => console.error(`  ${line}`)

/** What a shell says of a program that Ctrl-C has ended. */
const INTERRUPTED = 130

const givenUp = new AbortController()
let system: System | undefined
let another: Promise<System> | undefined
let ending: Promise<void> | undefined
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    givenUp.abort()
    // A system that is still starting ends by itself, and must be waited for.
    if (system !== undefined) void end().then(() => process.exit(INTERRUPTED))
  })
}

try {
  process.exitCode = await demo()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = givenUp.signal.aborted ? INTERRUPTED : 2
} finally {
  await end()
}

/** Ends what was started for the demo, once. */
async function end(): Promise<void> {
  ending ??= stopBoth()
  await ending
}

async function stopBoth(): Promise<void> {
  await system?.stop()
  // One that could not start has left nothing behind.
  const other = await another?.catch(() => undefined)
  await other?.stop()
}

/** Promises the exit code: 0 when everything was shown, 1 when something was not. */
async function demo(): Promise<number> {
  const options = readOptions(
    process.argv.slice(2),
    STEPS.map(({ name }) => name),
  )
  if (options.isHelp) {
    console.log(USAGE)
    return 0
  }
  system = await findSystem(process.env, { log, signal: givenUp.signal })
  log(`the demo runs on ${system.told}`)
  const table = createTable(process.stdout, STEPS)
  const start = { log, signal: givenUp.signal }
  const setting = createSetting(system, options.patienceMs, () => (another ??= startSystem(start)))
  const results = await runSteps(createWorld(setting), {
    steps: STEPS.filter(({ name }) => options.only.includes(name)),
    sabotaged: options.sabotaged,
    signal: givenUp.signal,
    onStart: options.isJson ? () => {} : table.started,
    onEnd: options.isJson ? (result) => console.log(JSON.stringify(result)) : table.ended,
  })
  if (givenUp.signal.aborted) return INTERRUPTED
  await leave(setting)
  if (!options.isJson) console.log(`\n${summaryOf(results)}`)
  return results.every(({ ok }) => ok) ? 0 : 1
}

function summaryOf(results: readonly StepResult[]): string {
  const failed = results.filter(({ ok }) => !ok).map(({ step }) => step)
  const shown = `${results.length - failed.length} of ${results.length} shown`
  return failed.length === 0 ? shown : `${shown}; not shown: ${failed.join(', ')}`
}
