import { spawn } from 'node:child_process'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { signal } from './processes.ts'
import type { Log } from './progress.ts'

/** What all suites together came to. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  /** Each failure as it was shown, to be said again where people look first: at the end. */
  readonly failures: readonly string[]
}

/** What mocha's json-stream says of one test. */
interface TestReport {
  readonly fullTitle: string
  readonly file?: string | null
  readonly duration?: number
  readonly err?: string
  readonly stack?: string | null
}

/** A suite that says nothing for this long hangs: the longest single test has half of it. */
const SILENCE_MS = 300_000

/** After the last test only servers are left to end; whoever keeps the process alive has leaked. */
const LEAVES_WITHIN_MS = 15_000

const ROOT = join(import.meta.dirname, '..')
const MOCHA = join(ROOT, 'node_modules/mocha/bin/mocha.js')

/** The settings file names all suites, and mocha would add the chosen ones to them. */
const CHOSEN = ['--no-config', '--forbid-only', '--forbid-pending', '--timeout', '60000']

/** Promises the tally of a mocha run, shown file by file; a run that crashes is one failure more. */
export async function runMocha(args: readonly string[], log: Log, pids: string): Promise<Tally> {
  const child = spawn(
    process.execPath,
    [MOCHA, '--reporter', 'json-stream', ...(args.length === 0 ? [] : [...CHOSEN, ...args])],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, RENDEZVOUS_TEST_PIDS: pids },
    },
  )
  const forward = (name: NodeJS.Signals): void => signal(child.pid ?? 0, name)
  process.once('SIGINT', forward).once('SIGTERM', forward)
  const show = shower(log)
  let isOver = false
  const tooQuiet = setTimeout(() => {
    log(`no test has ended for ${SILENCE_MS / 60_000} minutes: ending the run`)
    child.kill('SIGKILL')
  }, SILENCE_MS)
  for await (const line of createInterface({ input: child.stdout })) {
    tooQuiet.refresh()
    const event = eventIn(line)
    if (event === undefined) log(line)
    if (event?.[0] === 'pass') show.passed(event[1])
    if (event?.[0] === 'fail') show.failed(event[1])
    if (event?.[0] !== 'end') continue
    isOver = true
    setTimeout(() => {
      if (child.exitCode === null) log('✘ a test left a worker, a pool or a timer open')
      child.kill('SIGKILL')
    }, LEAVES_WITHIN_MS).unref()
  }
  clearTimeout(tooQuiet)
  const code = await new Promise<number | null>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode)
    child.once('exit', resolve)
  })
  const tally = show.tally()
  const isBroken = !isOver || (code !== 0 && tally.failed === 0)
  if (!isBroken) return tally
  const broken = `✘ the test run broke off (exit code ${code ?? 'none'})`
  log(broken)
  return { ...tally, failed: tally.failed + 1, failures: [...tally.failures, broken] }
}

/** Shows a line for each file when the next one begins, and a failure at once. */
function shower(log: Log) {
  let file = ''
  let inFile = { passed: 0, failed: 0, ms: 0 }
  let all = { passed: 0, failed: 0 }
  const failures: string[] = []
  const closeFile = (): void => {
    if (file === '') return
    const { passed, failed, ms } = inFile
    const bad = failed === 0 ? '' : `, ${failed} failed`
    log(`${failed === 0 ? '✔' : '✘'} ${file}: ${passed} passed${bad} (${(ms / 1000).toFixed(1)} s)`)
  }
  const count = (test: TestReport, what: 'passed' | 'failed'): void => {
    const its = relative(ROOT, test.file ?? '')
    if (its !== file) {
      closeFile()
      file = its
      inFile = { passed: 0, failed: 0, ms: 0 }
    }
    inFile = { ...inFile, [what]: inFile[what] + 1, ms: inFile.ms + (test.duration ?? 0) }
    all = { ...all, [what]: all[what] + 1 }
  }
  return {
    passed: (test: TestReport): void => count(test, 'passed'),
    failed: (test: TestReport): void => {
      count(test, 'failed')
      const why = indented(test.stack ?? test.err ?? 'no reason given')
      const failure = `✘ ${file}: ${test.fullTitle}\n${why}`
      failures.push(failure)
      log(failure)
    },
    tally: (): Tally => {
      closeFile()
      return { ...all, failures }
    },
  }
}

const indented = (text: string): string => text.replace(/^/gm, '    ')

/** What a test prints itself arrives on the same stream and is no event. */
function eventIn(line: string): readonly [string, TestReport] | undefined {
  if (!/^\["(start|pass|fail|end)",/.test(line)) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
