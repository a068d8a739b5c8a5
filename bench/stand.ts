import { chmodSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PidLedger } from '../dev/pid-ledger.ts'
import { openPidLedger } from '../dev/pid-ledger.ts'
import type { Stack } from '../dev/stack.ts'
import { startStack } from '../dev/stack.ts'
import type { BenchChild } from './child.ts'
import { startChild } from './child.ts'
import { type FloorName, openFloor } from './floor.ts'
import { openProduct } from './product.ts'
import type { Side } from './side.ts'

/** Everything that is measured, and what measures it. */
export interface Stand {
  readonly stack: Stack
  readonly load: BenchChild
  readonly product: Side
  /** Promises a floor, started when it is first asked for. */
  readonly floor: (name: FloorName) => Promise<Side>
  readonly stop: () => Promise<void>
}

const FLOORS = {
  'plain-handler': './floors/plain-handler.ts',
  'one-statement-handler': './floors/plain-handler.ts',
  'bare-workflow': './floors/bare-workflow.ts',
} as const satisfies Record<FloorName, string>

/** What floors and product alike may open to PostgreSQL for their work. */
const POOL_SIZE = 10

/** Promises a stack of its own with one live integration, and the process that makes the load. */
export async function openStand(log: (line: string) => void, signal: AbortSignal): Promise<Stand> {
  const home = mkdtempSync(join(tmpdir(), 'rendezvous-bench-'))
  // PostgreSQL may run as another user, who must be able to enter.
  chmodSync(home, 0o711)
  const ends: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true })]
  const stop = async (): Promise<void> => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end()
  }
  try {
    log('starting PostgreSQL, Temporal, sandbox, api, worker')
    const stack = await startStack({ home, env: SETTINGS, signal })
    ends.push(() => stack.stop())
    const ledger: PidLedger = openPidLedger(join(home, 'pids'))
    const started = async (file: string, env: Record<string, string>): Promise<BenchChild> => {
      const logFile = join(home, 'logs', 'bench.log')
      const child = await startChild({ file, env, logFile, ledger })
      ends.push(() => child.stop())
      return child
    }
    const load = await started('./load/main.ts', {})
    log('connecting one Calendly account')
    const product = await openProduct(stack)
    signal.throwIfAborted()
    ends.push(() => product.close())
    const floors = new Map<FloorName, Promise<Side>>()
    const floor = async (name: FloorName): Promise<Side> => {
      const opened = await openFloor({ name, stack, likeTarget: product.target }, (env) =>
        started(FLOORS[name], {
          ...env,
          POOL_SIZE: String(POOL_SIZE),
          ONE_STATEMENT: name === 'one-statement-handler' ? '1' : '0',
        }),
      )
      ends.push(() => opened.close())
      return opened
    }
    return {
      stack,
      load,
      product,
      floor: (name) => {
        const opened = floors.get(name) ?? floor(name)
        floors.set(name, opened)
        return opened
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** As shipped, and nothing tuned. */
const SETTINGS = { DATABASE_POOL_SIZE: String(POOL_SIZE), LOG_LEVEL: 'info' }
