import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { StepResult } from '../../dev/demo/step.ts'

/** What a run of the demo printed, and how it ended. */
export interface DemoRun {
  readonly code: number | null
  readonly results: readonly StepResult[]
  readonly stderr: string
}

const MAIN = join(import.meta.dirname, '..', '..', 'dev', 'demo', 'main.ts')

/** Runs the demo as a person does, in a process of its own, and reads its lines. */
export async function runDemo(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<DemoRun> {
  const child = spawn(process.execPath, [MAIN, '--json', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const lines = stdout.split('\n').filter((line) => line !== '')
  return {
    code: await ended,
    stderr,
    results: lines.map((line) => JSON.parse(line) as StepResult),
  }
}
