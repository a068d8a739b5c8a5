import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { PidLedger } from './pid-ledger.ts'

/** What to run, and where its words go. */
export interface Command {
  readonly name: string
  readonly executable: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly logFile: string
  readonly ledger: PidLedger
  /** Run as this user instead of ours. */
  readonly user?: { readonly uid: number; readonly gid: number }
  /** The signal that ends it politely; SIGTERM unless told. */
  readonly politely?: NodeJS.Signals
}

/** A running process of the stack. */
export interface Child {
  readonly name: string
  readonly pid: number
  readonly kill: (signal: NodeJS.Signals) => void
  /** Resolves once it has ended, with the reason in words. */
  readonly ended: Promise<string>
  readonly isRunning: () => boolean
  /** Promises its end: politely, then, when the time is up, at once. */
  readonly stop: (withinMs: number) => Promise<void>
  /** What it has logged since it started. */
  readonly output: () => string
}

/**
 * Starts a process whose output goes to its file and not through us, so that it neither blocks nor
 * loses a line when we end. It leads a process group of its own: a Ctrl-C at the terminal reaches
 * only us, and we end the children in order.
 */
export function startChild(command: Command): Child {
  mkdirSync(dirname(command.logFile), { recursive: true })
  const file = openSync(command.logFile, 'a', 0o600)
  const from = statSync(command.logFile).size
  const child = spawn(command.executable, command.args, {
    stdio: ['ignore', file, file],
    env: command.env,
    detached: true,
    ...(command.user === undefined ? {} : { ...command.user, cwd: '/' }),
  })
  closeSync(file)
  let running = true
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not start: ${error.message}`))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  }).finally(() => {
    running = false
    if (child.pid !== undefined) command.ledger.remove(child.pid)
  })
  if (child.pid !== undefined) command.ledger.add(child.pid)
  return {
    name: command.name,
    pid: child.pid ?? 0,
    kill: (name) => void child.kill(name),
    ended,
    isRunning: () => running,
    stop: async (withinMs) => {
      if (!running) return
      child.kill(command.politely ?? 'SIGTERM')
      const tooLate = setTimeout(() => child.kill('SIGKILL'), withinMs)
      await ended
      clearTimeout(tooLate)
    },
    output: () => readFileSync(command.logFile).subarray(from).toString('utf8'),
  }
}

/** Promises that the child answers; fails with its last words when it ends or takes too long. */
export async function untilReady(
  child: Child,
  isReady: () => Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(25)) {
    if (!child.isRunning()) throw new Error(await lastWords(child))
    if (await isReady().catch(() => false)) return
  }
  throw new Error(`${child.name} was not ready within ${withinMs / 1000} s:\n${tail(child)}`)
}

/** Promises, for a child that has ended, who ended, how, and the end of its log. */
export async function lastWords(child: Child): Promise<string> {
  return `${child.name} ended (${await child.ended}), its last words:\n${tail(child)}`
}

const tail = (child: Child): string =>
  child
    .output()
    .trimEnd()
    .split('\n')
    .slice(-15)
    .map((line) => `  ${line}`)
    .join('\n')
