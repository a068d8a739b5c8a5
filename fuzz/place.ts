import { chmodSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openProduct } from '../bench/product.ts'
import { startStack } from '../dev/stack.ts'
import type { Place } from './over-http.ts'
import { storedBodies } from './stored.ts'

/** A whole stack of its own, and the way to end it. */
export interface OpenPlace extends Place {
  readonly stop: () => Promise<void>
}

/** Promises a real api process with one live integration and everything behind it running. */
export async function openPlace(signal: AbortSignal): Promise<OpenPlace> {
  const home = mkdtempSync(join(tmpdir(), 'rendezvous-fuzz-'))
  // PostgreSQL may run as another user, who must be able to enter.
  chmodSync(home, 0o711)
  const ends: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true })]
  const stop = async (): Promise<void> => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end()
  }
  try {
    const stack = await startStack({ home, env: { LOG_LEVEL: 'info' }, signal })
    ends.push(() => stack.stop())
    const product = await openProduct(stack)
    ends.push(() => product.close())
    const owner = new pg.Pool({ connectionString: stack.urls.database.owner, max: 1 })
    ends.push(() => owner.end())
    const { port, path, signingKey, account } = product.target
    const endpoint = path.split('/').at(-1) ?? ''
    return {
      port,
      address: { endpoint, signingKey, userUri: account.userUri },
      stored: () => storedBodies(owner),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
