import { fork } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { PidLedger } from '../dev/pid-ledger.ts'

/** A process of the bench: a floor or the load. It ends by itself when we do. */
export interface BenchChild {
  readonly pid: number
  /** The first thing it said. */
  readonly hello: Heard
  /** Promises its answer to one message; one question at a time. */
  ask<Answer>(question: object): Promise<Answer>
  stop(): Promise<void>
}

/** What it says: the port it listens on, what it measured, or what went wrong. */
export interface Heard {
  readonly port?: number
  readonly measured?: unknown
  readonly error?: string
}

/** What to run. */
export interface BenchCommand {
  /** A file below the folder of the bench. */
  readonly file: string
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
  readonly ledger: PidLedger
}

/** What any of them needs to run at all. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_OPTIONS']

/** Promises a child that has said hello; one that can't start fails with where its log is. */
export async function startChild({
  file,
  env,
  logFile,
  ledger,
}: BenchCommand): Promise<BenchChild> {
  const log = openSync(logFile, 'a', 0o600)
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  const child = fork(new URL(file, import.meta.url), {
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...Object.fromEntries(inherited), ...env },
  })
  closeSync(log)
  const { pid } = child
  if (pid === undefined) throw new Error(`${file} could not start`)
  ledger.add(pid)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      ledger.remove(pid)
      resolve()
    })
  })
  const heard = (): Promise<Heard> =>
    new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error(`${file} ended; its log is ${logFile}`))
      child.once('exit', onExit)
      child.once('message', (message) => {
        child.off('exit', onExit)
        resolve(message as Heard)
      })
    })
  return {
    pid,
    hello: await heard(),
    async ask<Answer>(question: object): Promise<Answer> {
      const answer = heard()
      child.send(question)
      const { error, measured } = await answer
      if (error !== undefined) throw new Error(error)
      return measured as Answer
    },
    async stop() {
      if (child.connected) child.disconnect()
      const tooLate = setTimeout(() => child.kill('SIGKILL'), 2_000)
      await ended
      clearTimeout(tooLate)
    },
  }
}
