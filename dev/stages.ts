import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** One static check; each counts as a test. */
export interface Stage {
  readonly name: string
  /** Commands of `node_modules/.bin` or our own files, run one after the other. */
  readonly commands: readonly (readonly [program: string, ...args: string[]])[]
}

/** What one stage found. */
export interface StageResult {
  readonly name: string
  readonly ok: boolean
  readonly ms: number
  readonly output: string
}

const ROOT = join(import.meta.dirname, '..')
const CONSOLE_TYPES = join(ROOT, 'console', 'tsconfig.json')

/** The stages in the order in which a mistake is cheapest to mend. */
export const STAGES: readonly Stage[] = [
  { name: 'format', commands: [['biome', 'format', '.']] },
  { name: 'lint', commands: [['oxlint', '--quiet']] },
  {
    name: 'types',
    commands: [
      ['tsc'],
      ...(existsSync(CONSOLE_TYPES) ? [['tsc', '-p', CONSOLE_TYPES] as const] : []),
    ],
  },
  { name: 'dead code', commands: [['knip']] },
  { name: 'secrets', commands: [['node', 'dev/secret-scan.ts']] },
]

/** Promises what the stage found; a program that can't be run is a finding too. */
export async function runStage({ name, commands }: Stage): Promise<StageResult> {
  const begun = performance.now()
  const results = []
  for (const [program, ...args] of commands) results.push(await runTool(program, args))
  return {
    name,
    ok: results.every((result) => result.ok),
    ms: Math.round(performance.now() - begun),
    output: results.map((result) => result.output).join('\n'),
  }
}

function runTool(
  program: string,
  args: readonly string[],
): Promise<{ readonly ok: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(join(ROOT, 'node_modules', '.bin', program), args, { cwd: ROOT })
    child.stdout.on('data', (text: Buffer) => (output += text.toString('utf8')))
    child.stderr.on('data', (text: Buffer) => (output += text.toString('utf8')))
    child.once('error', (error) => resolve({ ok: false, output: error.message }))
    child.once('close', (code) => resolve({ ok: code === 0, output: output.trim() }))
  })
}
