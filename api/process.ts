import type { Worker } from '@temporalio/worker'
import type { ApiConfig } from '../config/config-shapes.ts'
import { openDatabase } from '../db/database.ts'
import type { Database } from '../db/database.ts'
import { openIngressStore } from '../db/ingress-store.ts'
import { parseKeyRing } from '../db/key-ring.ts'
import { buildApp } from './app.ts'
import type { ApiDeps, BuildFacts } from './deps.ts'
import { createFreshDeliveries, type FreshDeliveries } from './fresh-deliveries.ts'
import { createGateway } from './gateway.ts'
import { createLog } from './log.ts'
import { linkTemporal } from './temporal-link.ts'
import type { ReachedTemporal } from './temporal-link.ts'
import { createTokenReader } from './tokens.ts'

export interface ProcessDeps {
  readonly config: ApiConfig
  readonly providers: ApiDeps['providers']
  readonly build: BuildFacts
  readonly consolePath: string
  /** Makes the worker that shares our connection; a start is then handed over without a detour. */
  readonly createEventWorker: (
    shared: ReachedTemporal & {
      database: Database
      providers: ApiDeps['providers']
      takeFresh: FreshDeliveries['take']
    },
  ) => Promise<Worker>
}

/** A running api. */
export interface ApiProcess {
  readonly address: string
  /** Ends with nothing in flight and nothing lost. */
  stop(): Promise<void>
}

/** Opens what the api needs, listens, and reaches for Temporal meanwhile. */
export async function startApi(deps: ProcessDeps): Promise<ApiProcess> {
  const { config, providers, build, consolePath } = deps
  const log = createLog(config.logLevel)
  const keyRing = parseKeyRing(config.encryptionKeys)
  const { url, poolSize, ingressUrl, ingressPoolSize, listenUrl } = config.database
  const database = await openDatabase({ url, keyRing, poolSize })
  const ingressStore = await openIngressStore({
    url: ingressUrl,
    keyRing,
    poolSize: ingressPoolSize,
  })
  const fresh = createFreshDeliveries()
  let isStopping = false
  let working: Promise<void> = Promise.resolve()

  async function work(temporal: ReachedTemporal): Promise<void> {
    if (!config.eventsInApi || isStopping) return
    try {
      const worker = await deps.createEventWorker({
        ...temporal,
        database,
        providers,
        takeFresh: fresh.take,
      })
      log.info({}, 'works on events, too')
      await worker.run()
    } catch (error) {
      // Any other worker takes the events; this process goes on accepting.
      log.error({ err: error }, 'the event worker of this process has ended')
    }
  }

  const link = linkTemporal({
    config: config.temporal,
    warn: (message) => log.warn({}, message),
    onConnected: (temporal) => void (working = work(temporal)),
  })
  const app = await buildApp({
    database,
    ingressStore,
    gateway: createGateway({
      client: () => link.client(),
      pace: config.pace,
      warn: (message) => log.warn({}, message),
    }),
    providers,
    readToken: createTokenReader(config.auth),
    urls: config,
    appKeys: { calendly: config.calendlySigningKeys, calcom: config.calcomSecrets },
    build,
    options: {
      logger: log,
      trustProxy: config.trustProxy,
      temporalUiUrl: config.temporalUiUrl,
      listenUrl,
      consolePath,
      ...(config.eventsInApi && { onStored: fresh.keep }),
    },
  })
  const address = await app.listen({ port: config.port, host: config.host })
  log.info({ address }, 'api ready')

  return {
    address,
    async stop() {
      isStopping = true
      await app.close()
      // The SDK ends the worker on the same signal; its last task is finished here.
      await working
      await link.close()
      await ingressStore.close()
      await database.close()
      log.info({}, 'api stopped')
      log.flush()
    },
  }
}
