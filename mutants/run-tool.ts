import { spawn } from 'node:child_process'

/** How a program ended; no code where it was ended from outside. */
export interface ToolEnd {
  readonly code: number | null
  readonly output: string
}

interface Call {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

/** The slowest named test takes a tenth of this: who is not done by now hangs. */
const HANGS_AFTER_MS = 180_000

/** Promises how one of Node's programs ended, whatever it ended with, and all that it said. */
export function runTool(
  program: string,
  args: readonly string[],
  { signal, ...options }: Call,
): Promise<ToolEnd> {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(program, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.any([signal, AbortSignal.timeout(HANGS_AFTER_MS)]),
    })
    child.stdout.on('data', (text: Buffer) => (output += text.toString('utf8')))
    child.stderr.on('data', (text: Buffer) => (output += text.toString('utf8')))
    child.once('error', (error) => {
      // Ended from outside: it is told by its exit.
      if (error.name !== 'AbortError') reject(error)
    })
    child.once('exit', (code) => resolve({ code, output: output.trim() }))
  })
}
