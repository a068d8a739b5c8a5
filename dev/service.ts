import type { Child, Command } from './child.ts'
import { lastWords, startChild, untilReady } from './child.ts'

/** A process of the stack that can be killed and started again under the same name. */
export interface Service {
  readonly name: string
  /** The id of its present process; another one after a restart. */
  readonly pid: number
  readonly isRunning: boolean
  /** Sends a signal; an end that follows is expected. */
  readonly kill: (signal: NodeJS.Signals) => void
  /** Promises that it runs anew and is ready; ends the present process first, if there is one. */
  readonly restart: () => Promise<void>
  /** Promises that it has ended, forced to when the time is up. */
  readonly stop: (withinMs?: number) => Promise<void>
  /** What its present process has logged. */
  readonly output: () => string
}

/** How to start it, how to know that it serves, and whom to tell when it ends unasked. */
export interface ServicePlan {
  readonly start: () => Promise<Child>
  readonly onDeath: (reason: string) => void
}

/** Long enough to finish what is in hand; five such ends stay under the limit of 20 s. */
const POLITE_END_MS = 4_000

/** Promises a service that is ready. */
export async function startService({ start, onDeath }: ServicePlan): Promise<Service> {
  let expected = false
  const watch = async (started: Child): Promise<void> => {
    await started.ended
    if (!expected && started === child) onDeath(await lastWords(started))
  }
  const watched = async (): Promise<Child> => {
    const started = await start()
    expected = false
    void watch(started)
    return started
  }
  let child: Child | undefined
  child = await watched()
  const present = (): Child => child as Child
  const stop = async (withinMs = POLITE_END_MS): Promise<void> => {
    expected = true
    await present().stop(withinMs)
  }
  return {
    name: child.name,
    get pid() {
      return present().pid
    },
    get isRunning() {
      return present().isRunning()
    },
    kill: (signal) => {
      expected = true
      present().kill(signal)
    },
    restart: async () => {
      await stop()
      child = await watched()
    },
    stop,
    output: () => present().output(),
  }
}

/** Promises one of our own programs, running on this Node and ready. */
export async function startProgram(
  command: Omit<Command, 'executable'>,
  isReady: (child: Child) => Promise<boolean>,
): Promise<Child> {
  const child = startChild({ ...command, executable: process.execPath })
  await untilReady(child, () => isReady(child))
  return child
}

/** Whether this URL answers with success. */
export const answersOk = async (url: string): Promise<boolean> =>
  (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
