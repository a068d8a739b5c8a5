import { randomUUID } from 'node:crypto'
import { createDeliveryQueue, MAX_IN_FLIGHT } from '../delivery-queue.ts'
import { createSender } from '../sender.ts'
import { attempt } from './attempt.ts'
import { audienceOf } from './audience.ts'
import type { Calendly } from './context.ts'
import { namesOf, uriOf } from './context.ts'
import type { Hook, Pending } from './hook-rows.ts'
import type { News } from './news.ts'

export interface Dispatcher {
  /** Tells every hook concerned, all at once. */
  announce: (news: News[]) => void
  /** Tells the second only when the first was answered, lost or held back. */
  announceInOrder: (news: News[]) => void
  /** Goes on with what an earlier process left. */
  resume: () => void
  close: () => Promise<void>
}

/** Source: https://developer.calendly.com/api-docs (webhook timeouts): connect 10 s, read 15 s. */
const TIMEOUTS = { connectMilliseconds: 10_000, readMilliseconds: 15_000 }

/** Delivers webhooks with retries, as faults allow. */
export function createDispatcher(calendly: Calendly): Dispatcher {
  const { world, clock, faults } = calendly
  const sender = createSender({ connections: MAX_IN_FLIGHT, ...TIMEOUTS })
  let closed = false
  const queue = createDeliveryQueue<Pending>({
    provider: 'calendly',
    clock,
    faults,
    pending: world.pending,
    usersOf: ({ hook }) => ownersOf(calendly, hook),
    attempt: (pending) => attempt({ calendly, sender, isClosed: () => closed }, pending),
    lose: (pending) => recordLoss(calendly, pending),
  })

  /** Every body is written at once: a later change must not show in it. */
  function write(news: News): Pending[] {
    const { name: event, invitee, payload } = news
    const created_at = `${news.at.slice(0, 19)}.000000Z`
    return audienceOf(calendly, news).map((hook: Hook) => {
      const created_by = uriOf(calendly, `users/${hook.creator}`)
      return {
        id: randomUUID(),
        hook: hook.uuid,
        event,
        invitee,
        body: JSON.stringify({ event, created_at, created_by, payload }),
        attempt: 0,
        dueAt: clock.now(),
        firstFailedAt: null,
        t: null,
      }
    })
  }

  const admitAll = (deliveries: readonly Pending[]): Promise<void[]> =>
    Promise.all(deliveries.map((one) => queue.admit(one)))

  async function tellInOrder(written: readonly Pending[][]): Promise<void> {
    for (const deliveries of written) await admitAll(deliveries)
  }

  return {
    announce: (news) => void admitAll(news.flatMap(write)),
    announceInOrder: (news) => void tellInOrder(news.map(write)),
    resume: queue.resume,
    async close() {
      closed = true
      queue.close()
      await sender.close()
    },
  }
}

function ownersOf(calendly: Calendly, hook: string): string[] {
  const { hooks, users } = calendly.world
  const user = users.get(hooks.get(hook)?.creator ?? '')
  return user === undefined ? [] : namesOf(calendly, user)
}

function recordLoss(calendly: Calendly, { id, event, invitee, hook }: Pending): void {
  calendly.ledger.recordDelivery({
    provider: 'calendly',
    id,
    hook: uriOf(calendly, `webhook_subscriptions/${hook}`),
    url: calendly.world.hooks.get(hook)?.url ?? '',
    event,
    ...(invitee === null ? {} : { invitee }),
    attempt: 0,
    at: new Date().toISOString(),
    t: null,
    status: null,
    error: null,
    outcome: 'lost',
    milliseconds: 0,
  })
}
