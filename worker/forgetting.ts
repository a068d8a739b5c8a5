import type { CensusDeps } from './census.ts'

/** What ended long ago is a few rows a day: more than these has gathered, and may wait a minute. */
const ENDED_AT_ONCE = 1_000
/** Each costs some short looks into indexes: ten thousand integrations are gone round in an hour. */
const PAGE = { integrations: 200, each: 100 } as const

/**
 * Forgets what integrations have left behind over the years, one portion at each call: first what
 * ended long ago, then what is old of some integrations, going round all of them.
 */
export function createForgetting({
  database,
  log,
}: Pick<CensusDeps, 'database' | 'log'>): () => Promise<void> {
  let after: string | null = null
  return async function forget() {
    const { directory } = database
    const ended = await directory.purgeEnded(ENDED_AT_ONCE)
    const { lastId, removed } = await directory.purgeOldOfIntegrations(after, PAGE)
    // Behind the last one there is nothing: the next round begins.
    after = lastId
    if (ended + removed > 0) log.info({ gone: ended + removed }, 'sweep forgot what was old')
  }
}
