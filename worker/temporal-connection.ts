import { setTimeout as pause } from 'node:timers/promises'
import type { ClientConnectConfig } from '@temporalio/envconfig'
import { NativeConnection } from '@temporalio/worker'
import type { Log } from '../activities/deps.ts'

/** Temporal may start after us; a look each second costs nothing. */
const RETRY_MS = 1_000

/** Connects to Temporal, however long it takes to be there. Says once that it waits. */
export async function connectTemporal(
  { connectionOptions, namespace }: ClientConnectConfig,
  log: Log,
): Promise<{ connection: NativeConnection; namespace: string }> {
  for (let tries = 0; ; tries += 1)
    try {
      const connection = await NativeConnection.connect(connectionOptions)
      return { connection, namespace: namespace ?? 'default' }
    } catch (error) {
      const kind = error instanceof Error ? error.name : 'unknown'
      if (tries % 30 === 0)
        log.warn({ address: connectionOptions.address, kind }, 'waiting for Temporal')
      await pause(RETRY_MS)
    }
}
