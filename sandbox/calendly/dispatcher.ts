import { randomUUID } from 'node:crypto'
import type { Fault } from '../faults.ts'
import { attempt } from './attempt.ts'
import type { Calendly } from './context.ts'
import { namesOf, uriOf } from './context.ts'
import { audienceOf } from './audience.ts'
import { payloadObject } from './objects.ts'
import { createSender } from './sender.ts'
import type { Hook, Invitee, Pending, ScheduledEvent } from './world.ts'

export interface Announcement {
  name: string
  invitee: Invitee
  event: ScheduledEvent
}

export interface Dispatcher {
  /** Tells every hook concerned, all at once. */
  announce: (announcements: Announcement[]) => void
  /** Tells the second only when the first was answered, lost or held back. */
  announceInOrder: (announcements: Announcement[]) => void
  /** Goes on with what an earlier process left. */
  resume: () => void
  close: () => Promise<void>
}

/** Enough to deliver a thousand a second, few enough not to drown a receiver. */
const MAX_IN_FLIGHT = 64

const HOLDING_KINDS = ['lose', 'delay', 'shuffle', 'duplicate']

/** Delivers webhooks with retries, as faults allow. */
export function createDispatcher(calendly: Calendly): Dispatcher {
  const { world, clock, faults } = calendly
  const sender = createSender(MAX_IN_FLIGHT)
  const ready: (() => Promise<void>)[] = []
  const shuffled = new Map<string, Pending[]>()
  const timers = new Set<NodeJS.Timeout>()
  let head = 0
  let inFlight = 0
  let closed = false

  function announce(announcements: Announcement[]): Promise<void>[] {
    return announcements.flatMap((announcement) => {
      const payload = payloadObject(calendly, announcement.invitee, announcement.event)
      const created_at = `${new Date().toISOString().slice(0, 19)}.000000Z`
      return audienceOf(calendly, announcement).map((hook) => {
        const created_by = uriOf(calendly, `users/${hook.creator}`)
        const body = JSON.stringify({ event: announcement.name, created_at, created_by, payload })
        const pending: Pending = {
          id: randomUUID(),
          hook: hook.uuid,
          event: announcement.name,
          invitee: payload['uri'] as string,
          body,
          attempt: 0,
          dueAt: clock.now(),
          firstFailedAt: null,
          t: null,
        }
        return admit(hook, pending)
      })
    })
  }

  /** Resolves when the next in order may go. */
  function admit(hook: Hook, pending: Pending): Promise<void> {
    const fault = faults.take({ ...questionOf(hook, pending.event), kinds: HOLDING_KINDS })
    if (fault?.kind === 'lose') return lose(hook, pending)
    world.pending.put(pending)
    if (fault?.kind === 'duplicate') {
      const copy = { ...pending, id: randomUUID() }
      world.pending.put(copy)
      void enqueue(copy)
    }
    if (fault?.kind === 'delay') return postpone(pending, fault)
    if (fault?.kind === 'shuffle') return shuffle(pending, fault)
    return enqueue(pending)
  }

  function lose(hook: Hook, { id, event, invitee }: Pending): Promise<void> {
    calendly.ledger.recordDelivery({
      provider: 'calendly',
      id,
      hook: uriOf(calendly, `webhook_subscriptions/${hook.uuid}`),
      url: hook.url,
      event,
      invitee,
      attempt: 0,
      at: new Date().toISOString(),
      t: null,
      status: null,
      error: null,
      outcome: 'lost',
      milliseconds: 0,
    })
    return Promise.resolve()
  }

  function postpone(pending: Pending, fault: Fault): Promise<void> {
    pending.dueAt = clock.now() + (fault.seconds ?? 5) * 1000
    world.pending.put(pending)
    clock.at(pending.dueAt, () => void enqueue(pending))
    return Promise.resolve()
  }

  /** Collects for a moment, then sends each hook's share one after another in another order. */
  function shuffle(pending: Pending, fault: Fault): Promise<void> {
    const waiting = shuffled.get(pending.hook)
    if (waiting !== undefined) {
      waiting.push(pending)
      return Promise.resolve()
    }
    shuffled.set(pending.hook, [pending])
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        const batch = shuffled.get(pending.hook) ?? []
        shuffled.delete(pending.hook)
        void sendOneByOne(disorder(batch))
      },
      (fault.seconds ?? 0.25) * 1000,
    )
    timers.add(timer)
    return Promise.resolve()
  }

  async function sendOneByOne(batch: Pending[]): Promise<void> {
    for (const pending of batch) await enqueue(pending)
  }

  function enqueue(pending: Pending): Promise<void> {
    return new Promise((resolve) => {
      ready.push(async () => {
        const retryAt = await attempt({ calendly, sender, isClosed: () => closed }, pending)
        if (retryAt !== undefined) clock.at(retryAt, () => void enqueue(pending))
        resolve()
      })
      pump()
    })
  }

  function pump() {
    if (closed) return
    while (inFlight < MAX_IN_FLIGHT && head < ready.length) {
      const task = ready[head]
      head += 1
      if (head > 1000 && head * 2 > ready.length) {
        ready.splice(0, head)
        head = 0
      }
      inFlight += 1
      void task?.().finally(() => {
        inFlight -= 1
        pump()
      })
    }
  }

  function questionOf(hook: Hook, event: string) {
    const user = world.users.get(hook.creator)
    const users = user === undefined ? [] : namesOf(calendly, user)
    return { provider: 'calendly', users, event, hook: hook.uuid }
  }

  return {
    announce: (announcements) => void announce(announcements),
    announceInOrder(announcements) {
      // Every body is written now: a later change must not show in it.
      void tellInOrder(announcements)
    },
    resume() {
      for (const pending of world.pending.all()) {
        clock.at(pending.dueAt, () => void enqueue(pending))
      }
    },
    async close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      await sender.close()
    },
  }

  async function tellInOrder(announcements: Announcement[]): Promise<void> {
    for (const announcement of announcements) await Promise.all(announce([announcement]))
  }
}

function disorder(batch: Pending[]): Pending[] {
  const order = batch.map((pending) => ({ pending, weight: Math.random() }))
  const mixed = order.sort((one, other) => one.weight - other.weight).map(({ pending }) => pending)
  // Chance may leave everything in place, and a test of disorder would prove nothing.
  return mixed.every((pending, position) => pending === batch[position])
    ? mixed.toReversed()
    : mixed
}
