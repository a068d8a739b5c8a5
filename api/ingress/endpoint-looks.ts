import type { EndpointLook, IngressStore, KeyHolder } from '../../db/ingress-store.ts'
import { createCommitTogether } from './commit-together.ts'

/** One look at a time: however many strangers try endpoints, the other connections are for commits. */
const ONE_BY_ONE = {
  perCommit: 200,
  atOnce: 1,
  worthAnother: 1,
  waiting: 2_000,
  // Together with a commit it stays below the two seconds after which a caller is told 503.
  patienceMs: 1_500,
}

export interface EndpointLooks {
  /** Who holds the endpoint; rejects when the database does not tell in time. */
  readonly of: (endpoint: string) => Promise<KeyHolder | undefined>
  readonly close: () => void
}

/** Looks endpoints up; all that are asked for during a look share the next one. */
export function createEndpointLooks(store: Pick<IngressStore, 'lookUpEndpoints'>): EndpointLooks {
  const looks = createCommitTogether<string, EndpointLook>(store.lookUpEndpoints, ONE_BY_ONE)
  return {
    async of(endpoint) {
      const look = await looks.add(endpoint).catch((cause: unknown) => {
        throw new Error('an endpoint could not be looked up', { cause })
      })
      if ('fault' in look)
        throw new Error('the key of an endpoint can not be opened', { cause: look.fault })
      return look.holder
    },
    close: () => looks.close(),
  }
}
