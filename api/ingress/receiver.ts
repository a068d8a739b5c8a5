import type { IngressStore, KeyHolder, StoreAnswer } from '../../db/ingress-store.ts'
import type { ProviderName } from '../../domain/provider-name.ts'
import type { Delivery, Verdict, Webhook } from '../../providers/provider.ts'
import { createCommitTogether } from './commit-together.ts'
import type { Reservation } from '../event-starts.ts'
import type { FreshDelivery } from '../fresh-deliveries.ts'
import { accountCandidates } from './account-candidates.ts'
import type { Arrival } from './arrival.ts'
import { commitSafely } from './commit-safely.ts'
import { createEndpointLooks } from './endpoint-looks.ts'
import { createShortCache } from './short-cache.ts'
import { soon } from './soon.ts'
import { isAccountOf, toStore } from './store-delivery.ts'
import type { DeliveryToStore } from './store-delivery.ts'

/** What became of a delivery: only `taken` may be answered with 2xx. */
export type Reception =
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'taken'
      readonly stored: StoreAnswer | 'unrouted'
      /** Why nobody may act on it, where its own bytes say so. */
      readonly setAside: string | undefined
      /** Present when this process has promised the store to start the work. */
      readonly reservation: Reservation | undefined
    }

export interface ReceiverDeps {
  readonly provider: ProviderName
  readonly webhook: Webhook
  readonly store: IngressStore
  /** The app-wide key and its predecessor, newest first; may be none. */
  readonly appKeys: readonly string[]
  /** Every endpoint has a key of its own: the app-wide one opens the shared route, and only that. */
  readonly hasOwnKeysOnly: boolean
  readonly now: () => number
  /** A place among the workflows being started; undefined leaves the event to the relay. */
  readonly reserve: () => Reservation | undefined
  /** Told of what was stored and is started here: the work on it may begin in this process. */
  readonly onStored?: ((eventId: string, delivery: FreshDelivery) => void) | undefined
}

export interface Receiver {
  /** Takes a delivery for one endpoint. Rejects only when it could not be stored. */
  atEndpoint(endpoint: string, arrival: Arrival): Promise<Reception>
  /** Takes a delivery for whichever account its body names. Rejects as above. */
  atSharedRoute(arrival: Arrival): Promise<Reception>
  idle(): Promise<void>
  close(): void
}

/** Verifies, stores, and tells what became of each delivery of one provider. */
export function createReceiver(deps: ReceiverDeps): Receiver {
  const { store, webhook, provider, appKeys, hasOwnKeysOnly, now, reserve } = deps
  const { namesAccount } = webhook
  const endpointKeys = hasOwnKeysOnly ? [] : appKeys
  const looks = createEndpointLooks(store)
  const holderOf = createShortCache(looks.of)
  const holdersOf = createShortCache((account) => soon(store.keysForAccount(account)))
  const commits = createCommitTogether<DeliveryToStore, StoreAnswer>((deliveries) =>
    commitSafely(store, deliveries),
  )

  const verify = (arrival: Arrival, keys: readonly string[]): Verdict =>
    webhook.verify({ header: arrival.signature, rawBody: arrival.rawBody, keys, now: now() })

  /** What is wrong with a signature whatever the key is. */
  function faultOfForm(arrival: Arrival): Reception | undefined {
    const verdict = verify(arrival, [])
    if (verdict.ok || verdict.reason === 'mismatch' || verdict.reason === 'noKey') return undefined
    return { kind: 'refused', reason: verdict.reason }
  }

  async function take(
    holder: KeyHolder | undefined,
    arrival: Arrival,
    delivery: Delivery,
  ): Promise<Reception> {
    if (holder !== undefined) {
      const toKeep = toStore({ holder, namesAccount }, arrival, delivery)
      const reservation = toKeep.quarantine === undefined ? reserve() : undefined
      const stored = await commits
        .add({ ...toKeep, claimed: reservation !== undefined })
        .catch((error: unknown) => {
          reservation?.release()
          throw error
        })
      const setAside = toKeep.quarantine ?? undefined
      if (stored.outcome === 'stored' && reservation !== undefined && delivery.content.ok) {
        const { eventId, integrationId } = stored
        deps.onStored?.(eventId, { integrationId, content: delivery.content })
      }
      if (stored.outcome !== 'unknown') return { kind: 'taken', stored, setAside, reservation }
      reservation?.release()
    }
    await soon(
      store.keepUnrouted({
        ...toStore({ holder: undefined, namesAccount }, arrival, delivery),
        provider,
      }),
    )
    return { kind: 'taken', stored: 'unrouted', setAside: undefined, reservation: undefined }
  }

  return {
    async atEndpoint(endpoint, arrival) {
      // Nonsense about an endpoint that nobody knows yet must not cost the database a look.
      const misshapen = holderOf.isKnown(endpoint) ? undefined : faultOfForm(arrival)
      if (misshapen !== undefined) return misshapen
      const holder = await holderOf.of(endpoint)
      const verdict = verify(arrival, [holder?.signingKey ?? NO_KEY, ...endpointKeys])
      if (isKeyless(holder) && isUndecided(verdict)) throw new Error('a live endpoint has no key')
      if (!verdict.ok) return { kind: 'refused', reason: verdict.reason }
      return take(holder, arrival, webhook.read(arrival.rawBody))
    },

    async atSharedRoute(arrival) {
      if (hasOwnKeysOnly && appKeys.length === 0) return { kind: 'refused', reason: 'noKey' }
      const misshapen = faultOfForm(arrival)
      if (misshapen !== undefined) return misshapen
      const accounts = accountCandidates(webhook, arrival.rawBody)
      const lists = await Promise.all(accounts.map(async (account) => holdersOf.of(account)))
      const holders = lists.flat().slice(0, KEYS_TRIED - appKeys.length)
      const ownKeys = holders.map(({ signingKey }) => signingKey ?? NO_KEY)
      const verdict = verify(arrival, [...appKeys, ...ownKeys])
      if (!verdict.ok) return { kind: 'refused', reason: verdict.reason }
      const delivery = webhook.read(arrival.rawBody)
      const owner =
        verdict.keyIndex < appKeys.length
          ? holders.find((holder) => isAccountOf(holder, delivery))
          : holders[verdict.keyIndex - appKeys.length]
      return take(owner, arrival, delivery)
    },

    idle: () => commits.idle(),
    close() {
      commits.close()
      looks.close()
    },
  }
}

/** Computed with and never matched: an unknown endpoint takes as long as a known one. */
const NO_KEY = ''

/** Specification section 6: at most 8 keys are tried for an account that nobody has verified. */
const KEYS_TRIED = 8

/** No key that we hold made the signature: the one that we lack might have. */
const isUndecided = (verdict: Verdict): boolean =>
  !verdict.ok && (verdict.reason === 'mismatch' || verdict.reason === 'noKey')

/** A live endpoint without a readable key is our fault, and no reason to skip the check. */
const isKeyless = (holder: KeyHolder | undefined): boolean =>
  holder?.signingKey === null && (holder.state === 'live' || holder.state === 'creating')
