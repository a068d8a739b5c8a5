import type { Client } from '@temporalio/client'
import type { NativeConnection, Worker } from '@temporalio/worker'
import type { ActivityDeps } from '../activities/deps.ts'
import { createActivities } from '../activities/index.ts'
import type { ApiConfig, WorkerConfig } from '../config/config-shapes.ts'
import type { Database } from '../db/database.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import { createCalcom } from '../providers/calcom/client.ts'
import { createCalendly } from '../providers/calendly/client.ts'
import { createHttp } from '../providers/http.ts'
import type { Provider } from '../providers/provider.ts'
import { loadWorkflowBundle } from './bundle.ts'
import { createLog } from './log.ts'
import { createStarter } from './starter.ts'
import { createEventWorker } from './worker.ts'

/** Two seconds less than a job of the owner may take, so that its rows are written in time. */
const CALL_MS = 6_000

/** The real providers. Loopback is reached only where our own ingress is local, too. */
export function buildProviders(
  config: Pick<WorkerConfig, 'apiUrl' | 'calendly' | 'calcom'>,
): Readonly<Partial<Record<ProviderName, Provider>>> {
  const http = createHttp({ allowLoopback: isLocal(config.apiUrl), totalMs: CALL_MS })
  return {
    calendly: createCalendly({ http, ...config.calendly }),
    calcom: createCalcom({ http, apiUrl: config.calcom.apiUrl }),
  }
}

/** The configuration check has made sure that the API and all providers are local together. */
const isLocal = (url: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)

/** What the event worker inside an api process shares with it. */
export interface SharedWithApi {
  readonly connection: NativeConnection
  readonly client: Client
  readonly namespace: string
  readonly database: Database
  readonly providers: Readonly<Partial<Record<ProviderName, Provider>>>
  readonly config: ApiConfig
  readonly takeFresh: ActivityDeps['takeFresh']
}

/** An event worker on the api's own connection: a start is handed over without a detour. */
export async function wireEventWorker(shared: SharedWithApi): Promise<Worker> {
  const { connection, client, namespace, database, providers, config, takeFresh } = shared
  const { nudgeOwner } = createStarter(client, config.pace)
  const activities = createActivities({
    database,
    providers,
    apiUrl: config.apiUrl,
    nudgeOwner,
    log: createLog(config.logLevel, 'api'),
    ...(takeFresh !== undefined && { takeFresh }),
  })
  const bundle = await loadWorkflowBundle(config.workflowBundle)
  return createEventWorker({ connection, namespace, bundle, activities })
}
