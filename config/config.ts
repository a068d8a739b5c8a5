import { lookup } from 'node:dns/promises'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import type { ClientConnectConfig } from '@temporalio/envconfig'
import { apiConfigOf, workerConfigOf } from './config-shapes.ts'
import type { ApiConfig, WorkerConfig } from './config-shapes.ts'
import { checkSettings, ConfigurationError } from './check-settings.ts'
import { localityMistakes, localityOf } from './locality.ts'
import type { Place } from './locality.ts'
import { crossMistakes } from './cross-checks.ts'
import { ApiSettings, WorkerSettings } from './settings.ts'
import type { Environment } from './secret-files.ts'

export type { ApiConfig, WorkerConfig } from './config-shapes.ts'
export { ConfigurationError } from './check-settings.ts'

/** The checked configuration of the api process; rejects with ConfigurationError listing all. */
export async function loadApiConfig(environment: Environment = process.env): Promise<ApiConfig> {
  const { settings, mistakes } = checkSettings(ApiSettings, environment)
  if (settings === undefined) throw new ConfigurationError(mistakes)
  const all = [...mistakes, ...crossMistakes(settings), ...(await mixedPlaces(settings))]
  if (all.length > 0) throw new ConfigurationError(all)
  return apiConfigOf(settings, temporalConnection(environment))
}

/** The checked configuration of the worker; rejects with ConfigurationError listing all. */
export async function loadWorkerConfig(
  environment: Environment = process.env,
): Promise<WorkerConfig> {
  const { settings, mistakes } = checkSettings(WorkerSettings, environment)
  if (settings === undefined) throw new ConfigurationError(mistakes)
  const all = [...mistakes, ...(await mixedPlaces(settings))]
  if (all.length > 0) throw new ConfigurationError(all)
  return workerConfigOf(settings, temporalConnection(environment))
}

/** Temporal's own environment configuration: address, namespace, TLS, API key, profile file. */
function temporalConnection(environment: Environment): ClientConnectConfig {
  const defined = Object.entries(environment).filter((entry) => entry[1] !== undefined)
  try {
    return loadClientConnectConfig({
      overrideEnvVars: Object.fromEntries(defined) as Record<string, string>,
    })
  } catch {
    throw new ConfigurationError(["TEMPORAL_…: check Temporal's environment configuration"])
  }
}

const PROVIDER_PLACES = ['CALENDLY_AUTH_URL', 'CALENDLY_API_URL', 'CALCOM_API_URL'] as const

async function mixedPlaces(settings: WorkerSettings): Promise<string[]> {
  const providers = PROVIDER_PLACES.flatMap((setting) => {
    const url = settings[setting]
    return url === undefined ? [] : [place(setting, url)]
  })
  return localityMistakes(await place('API_URL', settings.API_URL), await Promise.all(providers))
}

async function place(setting: string, url: string): Promise<Place> {
  if (!URL.canParse(url)) return { setting, locality: 'unknown' }
  const { hostname } = new URL(url)
  return { setting, locality: localityOf(hostname, await addressesOf(hostname)) }
}

async function addressesOf(hostname: string): Promise<string[]> {
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address)
  } catch {
    return []
  }
}
