import type { Understood } from '../providers/provider.ts'

/** What was read of a delivery that this process has just stored. */
export interface FreshDelivery {
  readonly integrationId: string
  readonly content: Understood
}

/** Deliveries between their commit and the work on them, which may happen in this very process. */
export interface FreshDeliveries {
  readonly keep: (eventId: string, delivery: FreshDelivery) => void
  /** Once; undefined where nothing was kept, and the row has to be read. */
  readonly take: (eventId: string) => FreshDelivery | undefined
}

/** More are never in flight in this process; those that another worker handles make room. */
const MOST = 32
/** Whoever did not ask by then has read the row; what people wrote is not kept for longer. */
const LIFE_MS = 10_000

/** Keeps the latest deliveries in memory. Whoever finds one here has only saved a look. */
export function createFreshDeliveries(): FreshDeliveries {
  const kept = new Map<string, FreshDelivery>()
  return {
    keep(eventId, delivery) {
      kept.set(eventId, delivery)
      setTimeout(() => void kept.delete(eventId), LIFE_MS).unref()
      const [oldest] = kept.keys()
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest)
    },
    take(eventId) {
      const delivery = kept.get(eventId)
      kept.delete(eventId)
      return delivery
    },
  }
}
