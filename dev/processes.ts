import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { accessSync, constants } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Whether a process with this id runs now. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return !isZombie(pid)
}

/** What tells this process from a later one that got the same id; empty where the system won't say. */
export function birthOf(pid: number): string {
  return statOf(pid)[19] ?? ''
}

/** The first executable of this name on `PATH`, if any. */
export function onPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => canRun(path))
}

/** Promises what a command printed; a failure carries the end of what it said. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { ...options, maxBuffer: 64e6 }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      const said = `${stderr}\n${stdout}`.trim().split('\n').slice(-15).join('\n')
      reject(new Error(`${command} ${args.join(' ')} failed:\n${said}`, { cause: error }))
    })
  })
}

/** Promises whether the process has gone before the time is up. */
export async function gone(pid: number, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(50)) {
    if (!isAlive(pid)) return true
  }
  return !isAlive(pid)
}

/** Sends a signal; a process that has just gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone between the look and the signal.
  }
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const isZombie = (pid: number): boolean => statOf(pid)[0] === 'Z'

/** The fields of /proc/<pid>/stat after the command's name, which may hold spaces itself. */
function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}
