import { stamp } from '../clock.ts'
import type { Sender, Sent } from '../sender.ts'
import type { Calendly } from './context.ts'
import { namesOf, uriOf } from './context.ts'
import type { Hook, Pending } from './hook-rows.ts'
import { headersFor, sign } from './signing.ts'

/** Source: webhook errors page: back-off for 24 hours, then the subscription is disabled. */
const GIVE_UP_MILLISECONDS = 24 * 3600 * 1000

/** Intervals are published nowhere; beyond an hour a recovered receiver would wait too long. */
const LONGEST_PAUSE_MILLISECONDS = 3600 * 1000

const STALE_SECONDS = 600

interface Deps {
  calendly: Calendly
  sender: Sender
  isClosed: () => boolean
}

/** Tries one delivery; answers the sandbox time of the next try, if there is one. */
export async function attempt(
  { calendly, sender, isClosed }: Deps,
  pending: Pending,
): Promise<number | undefined> {
  const { world } = calendly
  const hook = world.hooks.get(pending.hook)
  if (hook === undefined || hook.state === 'disabled') {
    world.pending.remove(pending.id)
    return undefined
  }
  const { t, signature } = signatureFor(calendly, hook, pending)
  const at = new Date().toISOString()
  const sent = await sender.post({
    url: hook.url,
    body: pending.body,
    headers: headersFor(signature),
  })
  if (isClosed() && sent.status === null) return undefined
  pending.attempt += 1
  const isDelivered = sent.status !== null && sent.status >= 200 && sent.status < 300
  const retryAt = isDelivered ? succeed(calendly, pending) : fail(calendly, pending)
  const outcome = isDelivered ? 'delivered' : retryAt === undefined ? 'gaveUp' : 'retrying'
  record(calendly, { hook, pending, at, t, sent, outcome })
  return retryAt
}

function succeed({ world, clock, read }: Calendly, pending: Pending): undefined {
  world.pending.remove(pending.id)
  // Read again: the hook may have been deleted while the receiver thought.
  const hook = world.hooks.get(pending.hook)
  if (hook === undefined) return undefined
  hook.lastSuccessAt = clock.now()
  if (!read('keepRetryMark') && hook.retryStartedAt !== null) {
    const isRetrying = world.pending
      .all()
      .some((other) => other.hook === hook.uuid && other.attempt > 0)
    if (!isRetrying) hook.retryStartedAt = null
  }
  world.hooks.put(hook)
  return undefined
}

function fail({ world, clock, read }: Calendly, pending: Pending): number | undefined {
  const hook = world.hooks.get(pending.hook)
  const now = clock.now()
  pending.firstFailedAt ??= now
  const endsAt = pending.firstFailedAt + GIVE_UP_MILLISECONDS
  if (hook === undefined || now >= endsAt) {
    world.pending.remove(pending.id)
    if (hook !== undefined && (hook.lastSuccessAt ?? 0) < pending.firstFailedAt) {
      hook.state = 'disabled'
      hook.updatedAt = stamp()
      world.hooks.put(hook)
    }
    return undefined
  }
  if (hook.retryStartedAt === null || pending.attempt === 1) {
    // One run lasts until something gets through: only the first failure after that moves the mark.
    const isNewRun =
      hook.retryStartedAt === null || (hook.lastSuccessAt ?? 0) > (hook.failingSince ?? 0)
    if (isNewRun) {
      hook.retryStartedAt = stamp()
      hook.failingSince = now
      world.hooks.put(hook)
    }
  }
  const pause = read('firstRetrySeconds') * 1000 * 2 ** (pending.attempt - 1)
  pending.dueAt = Math.min(now + Math.min(pause, LONGEST_PAUSE_MILLISECONDS), endsAt)
  world.pending.put(pending)
  return pending.dueAt
}

function signatureFor(calendly: Calendly, hook: Hook, pending: Pending) {
  const user = calendly.world.users.get(hook.creator)
  const users = user === undefined ? [] : namesOf(calendly, user)
  const about = { provider: 'calendly', users, event: pending.event, hook: hook.uuid }
  const key = keyOf(calendly, hook)
  if (key === undefined) return { t: null, signature: undefined }
  const now = Math.floor(Date.now() / 1000)
  const stale = calendly.faults.take({ ...about, kinds: ['stale-t'] })
  const stamped = calendly.read('restampT') ? now : (pending.t ?? now)
  const t = stale === undefined ? stamped : now - (stale.seconds ?? STALE_SECONDS)
  pending.t ??= now
  const isWrong = calendly.faults.take({ ...about, kinds: ['wrong-key'] }) !== undefined
  return { t, signature: sign(isWrong ? `not-${key}` : key, t, pending.body) }
}

/** The subscription's own key wins, unless the switch says that the app's does. */
function keyOf({ app, read }: Calendly, hook: Hook): string | undefined {
  const appKey = hook.ofApp ? app.signingKey : undefined
  return read('appKeySigns')
    ? (appKey ?? hook.signingKey ?? undefined)
    : (hook.signingKey ?? appKey)
}

function record(
  calendly: Calendly,
  made: {
    hook: Hook
    pending: Pending
    at: string
    t: number | null
    sent: Sent
    outcome: 'delivered' | 'gaveUp' | 'retrying'
  },
): void {
  const { hook, pending, at, t, sent, outcome } = made
  calendly.ledger.recordDelivery({
    provider: 'calendly',
    id: pending.id,
    hook: uriOf(calendly, `webhook_subscriptions/${hook.uuid}`),
    url: hook.url,
    event: pending.event,
    ...(pending.invitee === null ? {} : { invitee: pending.invitee }),
    attempt: pending.attempt,
    at,
    t,
    status: sent.status,
    error: sent.error,
    outcome,
    milliseconds: sent.milliseconds,
  })
}
