import { randomUUID } from 'node:crypto'
import { createDeliveryQueue, MAX_IN_FLIGHT } from '../delivery-queue.ts'
import { createSender } from '../sender.ts'
import { aboutDelivery, attempt } from './attempt.ts'
import { writeBody } from './body.ts'
import type { Calcom } from './context.ts'
import { audienceOf, ownersOf } from './hook-owners.ts'
import type { Hook, Pending, Telling } from './world.ts'

export interface Dispatcher {
  /** Tells every hook concerned; resolves once each answered, or was lost or held back. */
  tell: (telling: Telling) => Promise<void>
  /** Tells one hook only, whatever it subscribed to. */
  tellHook: (hook: Hook, telling: Telling) => Promise<void>
  /** Goes on with what an earlier process left. */
  resume: () => void
  close: () => Promise<void>
}

/** Source: webhook payload builders of 2026: these are rebuilt from the row at delivery. */
const REBUILT = [
  'BOOKING_CREATED',
  'BOOKING_RESCHEDULED',
  'BOOKING_REQUESTED',
  'BOOKING_REJECTED',
  'BOOKING_NO_SHOW_UPDATED',
]

/** Connections are given up after ten seconds; how long an answer may take is the profile's. */
const TIMEOUTS = { connectMilliseconds: 10_000, readMilliseconds: 300_000 }

/** Delivers webhooks as the sender profile and the faults say. */
export function createDispatcher(calcom: Calcom): Dispatcher {
  const { world, clock, faults } = calcom
  const sender = createSender({ connections: MAX_IN_FLIGHT, ...TIMEOUTS })
  let closed = false
  const queue = createDeliveryQueue<Pending>({
    provider: 'calcom',
    clock,
    faults,
    pending: world.pending,
    usersOf({ hook: id }) {
      const hook = world.hooks.get(id)
      return hook === undefined ? [] : ownersOf(calcom, hook)
    },
    attempt: (pending) => attempt({ calcom, sender, isClosed: () => closed }, pending),
    lose(pending) {
      const about = aboutDelivery(world.hooks.get(pending.hook), pending)
      const never = { attempt: 0, t: null, status: null, error: null, milliseconds: 0 }
      const at = new Date().toISOString()
      calcom.ledger.recordDelivery({ ...about, ...never, at, outcome: 'lost' })
    },
  })

  function prepare(hook: Hook, telling: Telling, createdAt: string): Pending {
    const isLate = calcom.read('payloadBuiltAt') === 'delivery' && REBUILT.includes(telling.trigger)
    const body = isLate ? undefined : writeBody(calcom, hook, { telling, createdAt })
    return {
      id: randomUUID(),
      hook: hook.id,
      event: telling.trigger,
      dueAt: clock.now(),
      telling,
      createdAt,
      body: body?.text ?? null,
      isForm: body?.isForm ?? false,
      attempt: 0,
    }
  }

  /** An unexpected error runs the whole task again: who was served is served twice. */
  function isRunAgain({ trigger }: Telling): boolean {
    return faults.take({ provider: 'calcom', event: trigger, kinds: ['rerun'] }) !== undefined
  }

  return {
    tellHook: (hook, telling) => queue.admit(prepare(hook, telling, new Date().toISOString())),
    async tell(telling) {
      const createdAt = new Date().toISOString()
      const prepared = audienceOf(calcom, telling).map((hook) => prepare(hook, telling, createdAt))
      const tellAll = () =>
        Promise.all(prepared.map((pending) => queue.admit({ ...pending, id: randomUUID() })))
      await tellAll()
      if (prepared.length > 0 && isRunAgain(telling)) await tellAll()
    },
    resume: queue.resume,
    async close() {
      closed = true
      queue.close()
      await sender.close()
    },
  }
}
