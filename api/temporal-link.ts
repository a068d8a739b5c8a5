import { setTimeout as pause } from 'node:timers/promises'
import { Client } from '@temporalio/client'
import type { ClientConnectConfig } from '@temporalio/envconfig'
import { NativeConnection } from '@temporalio/worker'

/** The one connection of this process to Temporal, made as soon as it can be. */
export interface TemporalLink {
  /** Undefined until Temporal was reached for the first time; later the SDK reconnects by itself. */
  client(): Client | undefined
  close(): Promise<void>
}

/** Temporal once it was reached; the client speaks over this very connection. */
export interface ReachedTemporal {
  readonly connection: NativeConnection
  readonly client: Client
  readonly namespace: string
}

export interface TemporalLinkDeps {
  readonly config: ClientConnectConfig
  readonly warn: (message: string) => void
  /** Told once, with what gateway and event worker share. */
  readonly onConnected: (temporal: ReachedTemporal) => void
}

/** Often enough that a cluster that comes up late is used within seconds. */
const RETRY_MS = 2_000

/** Reaches for Temporal in the background: an api without it still accepts deliveries. */
export function linkTemporal({ config, warn, onConnected }: TemporalLinkDeps): TemporalLink {
  const stopping = new AbortController()
  const namespace = config.namespace ?? 'default'
  let connection: NativeConnection | undefined
  let client: Client | undefined

  async function connect(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        connection = await NativeConnection.connect(config.connectionOptions)
        client = new Client({ connection, namespace })
        return onConnected({ connection, client, namespace })
      } catch {
        warn('Temporal can not be reached; deliveries are stored and started later')
        await pause(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }

  const connecting = connect()
  return {
    client: () => client,
    async close() {
      stopping.abort()
      await connecting
      client = undefined
      await connection?.close()
    },
  }
}
