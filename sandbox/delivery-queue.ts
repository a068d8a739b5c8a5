import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { Fault, Faults } from './faults.ts'
import type { Table } from './store.ts'

/** A delivery that has not been answered well yet. */
export interface Waiting {
  id: string
  hook: string
  event: string
  /** Sandbox time. */
  dueAt: number
}

export interface DeliveryQueue<Item extends Waiting> {
  /** Resolves when the next in order may go: answered, lost or held back. */
  admit: (item: Item) => Promise<void>
  /** Goes on with what an earlier process left. */
  resume: () => void
  close: () => void
}

export interface DeliveryQueueDeps<Item extends Waiting> {
  provider: string
  clock: Clock
  faults: Faults
  pending: Table<Item>
  /** Every name of the hook's owner. */
  usersOf: (item: Item) => readonly string[]
  /** Tries once; answers the sandbox time of the next try, if there is one. */
  attempt: (item: Item) => Promise<number | undefined>
  /** Notes a delivery that a fault swallowed. */
  lose: (item: Item) => void
}

/** Enough to deliver a thousand a second, few enough not to drown a receiver. */
export const MAX_IN_FLIGHT = 64

const HOLDING_KINDS = ['lose', 'delay', 'shuffle', 'duplicate']

/** Sends deliveries at once, unless a fault holds, doubles, mixes or loses them. */
export function createDeliveryQueue<Item extends Waiting>(
  deps: DeliveryQueueDeps<Item>,
): DeliveryQueue<Item> {
  const { clock, pending: table } = deps
  const ready: (() => Promise<void>)[] = []
  const shuffled = new Map<string, Item[]>()
  const timers = new Set<NodeJS.Timeout>()
  let head = 0
  let inFlight = 0
  let closed = false

  function admit(item: Item): Promise<void> {
    const { provider, faults, usersOf } = deps
    const question = { provider, users: usersOf(item), event: item.event, hook: item.hook }
    const fault = faults.take({ ...question, kinds: HOLDING_KINDS })
    if (fault?.kind === 'lose') return Promise.resolve(deps.lose(item))
    table.put(item)
    if (fault?.kind === 'duplicate') {
      const copy = { ...item, id: randomUUID() }
      table.put(copy)
      void enqueue(copy)
    }
    if (fault?.kind === 'delay') return postpone(item, fault)
    if (fault?.kind === 'shuffle') return shuffle(item, fault)
    return enqueue(item)
  }

  function postpone(item: Item, fault: Fault): Promise<void> {
    item.dueAt = clock.now() + (fault.seconds ?? 5) * 1000
    table.put(item)
    clock.at(item.dueAt, () => void enqueue(item))
    return Promise.resolve()
  }

  /** Collects for a moment, then sends each hook's share one after another in another order. */
  function shuffle(item: Item, fault: Fault): Promise<void> {
    const waiting = shuffled.get(item.hook)
    if (waiting !== undefined) {
      waiting.push(item)
      return Promise.resolve()
    }
    shuffled.set(item.hook, [item])
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        const batch = shuffled.get(item.hook) ?? []
        shuffled.delete(item.hook)
        void sendOneByOne(disorder(batch))
      },
      (fault.seconds ?? 0.25) * 1000,
    )
    timers.add(timer)
    return Promise.resolve()
  }

  async function sendOneByOne(batch: Item[]): Promise<void> {
    for (const item of batch) await enqueue(item)
  }

  function enqueue(item: Item): Promise<void> {
    return new Promise((resolve) => {
      ready.push(async () => {
        const retryAt = await deps.attempt(item)
        if (retryAt !== undefined) clock.at(retryAt, () => void enqueue(item))
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

  return {
    admit,
    resume() {
      for (const item of table.all()) clock.at(item.dueAt, () => void enqueue(item))
    },
    close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

function disorder<Item>(batch: Item[]): Item[] {
  const order = batch.map((item) => ({ item, weight: Math.random() }))
  const mixed = order.sort((one, other) => one.weight - other.weight).map(({ item }) => item)
  // Chance may leave everything in place, and a test of disorder would prove nothing.
  return mixed.every((item, position) => item === batch[position]) ? mixed.toReversed() : mixed
}
