import { createHash } from 'node:crypto'
import { Unstorable } from '../../db/errors.ts'
import type { IngressStore, StoreAnswer } from '../../db/ingress-store.ts'
import type { DeliveryToStore } from './store-delivery.ts'

/**
 * Commits deliveries together. One that PostgreSQL can't store as it is must neither hold up its
 * neighbours nor be retried for ever: each is then committed alone, the bad one as bare bytes.
 */
export async function commitSafely(
  store: IngressStore,
  deliveries: readonly DeliveryToStore[],
): Promise<readonly StoreAnswer[]> {
  try {
    return await store.acceptEvents(deliveries)
  } catch (error) {
    if (!(error instanceof Unstorable)) throw error
    return Promise.all(deliveries.map((delivery) => commitAlone(store, delivery)))
  }
}

async function commitAlone(store: IngressStore, delivery: DeliveryToStore): Promise<StoreAnswer> {
  try {
    return only(await store.acceptEvents([delivery]))
  } catch (error) {
    if (!(error instanceof Unstorable)) throw error
    return only(await store.acceptEvents([bare(delivery)]))
  }
}

function only(answers: readonly StoreAnswer[]): StoreAnswer {
  const [answer] = answers
  if (answer === undefined) throw new Error('the store gave no answer')
  return answer
}

function bare(delivery: DeliveryToStore): DeliveryToStore {
  // The bytes themselves are always storable; what was read from them is not.
  const digest = createHash('sha256').update(delivery.body).digest()
  return {
    ...delivery,
    kind: 'unreadable',
    dedupeKey: `unreadable:${digest.toString('hex')}`,
    bodyHash: digest,
    headers: {},
    quarantine: 'unstorableText',
    accountUris: [],
  }
}
