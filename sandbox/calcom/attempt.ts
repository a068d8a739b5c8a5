import { createHmac } from 'node:crypto'
import type { Sender, Sent } from '../sender.ts'
import { writeBody } from './body.ts'
import type { Calcom } from './context.ts'
import { ownersOf } from './hook-owners.ts'
import type { Hook, Pending } from './world.ts'
import { isMeeting } from './body.ts'

/** Source: delivery task of 2026: these answers are asked again, all others are final. */
const RETRIED = [408, 429, 500, 502, 503, 504]

/** Source: the same: a first pass of one, a second of up to three, 10 s × 1.5 up to 600 s. */
const PROFILE = { posts: 4, factor: 1.5, longestSeconds: 600 }

/** Source: task queue of 2025: three tries, one a minute, and only for errors of the network. */
const TASK_QUEUE = { posts: 3, pauseSeconds: 60 }

interface Deps {
  calcom: Calcom
  sender: Sender
  isClosed: () => boolean
}

/** Tries one delivery; answers the sandbox time of the next try, if there is one. */
export async function attempt(
  { calcom, sender, isClosed }: Deps,
  pending: Pending,
): Promise<number | undefined> {
  const { world, read } = calcom
  const hook = world.hooks.get(pending.hook)
  // The test button works for a hook that is switched off, too.
  if (hook === undefined || (!hook.active && pending.event !== 'PING')) {
    world.pending.remove(pending.id)
    return undefined
  }
  writeOnce(calcom, hook, pending)
  const at = new Date().toISOString()
  const isNew = read('senderProfile') === 'new'
  const sent = await sender.post({
    url: hook.subscriberUrl,
    body: pending.body ?? '',
    headers: headersFor(calcom, hook, pending),
    abortMilliseconds: isNew ? read('deliveryTimeoutSeconds') * 1000 : undefined,
  })
  if (isClosed() && sent.status === null) return undefined
  pending.attempt += 1
  const isDelivered = sent.status !== null && sent.status >= 200 && sent.status < 300
  const retryAt = isDelivered ? undefined : nextTry(calcom, pending, sent)
  if (sent.status === 410 && isNew && read('goneDeactivates')) deactivate(calcom, hook.id)
  keepOrForget(calcom, pending, retryAt)
  const outcome = isDelivered ? 'delivered' : retryAt === undefined ? 'gaveUp' : 'retrying'
  calcom.ledger.recordDelivery({
    ...aboutDelivery(hook, pending),
    attempt: pending.attempt,
    at,
    t: null,
    ...sent,
    outcome,
  })
  return retryAt
}

/** The part of a ledger line that says which delivery it is. */
export function aboutDelivery(hook: Hook | undefined, pending: Pending) {
  return {
    provider: 'calcom',
    id: pending.id,
    hook: pending.hook,
    url: hook?.subscriberUrl ?? '',
    event: pending.event,
    booking: pending.telling.uid,
  }
}

/** A retry sends the same bytes: they are written once. */
function writeOnce(calcom: Calcom, hook: Hook, pending: Pending): void {
  if (pending.body !== null) return
  const { text, isForm } = writeBody(calcom, hook, pending)
  pending.body = text
  pending.isForm = isForm
}

function headersFor(calcom: Calcom, hook: Hook, pending: Pending): Record<string, string> {
  const version = calcom.read('versionHeader')
  const isSigned = !isMeeting(pending.event) || calcom.read('meetingSignature')
  return {
    'Content-Type': pending.isForm ? 'application/x-www-form-urlencoded' : 'application/json',
    ...(isSigned ? { 'X-Cal-Signature-256': signatureOf(calcom, hook, pending) } : {}),
    ...(version === 'absent' ? {} : { 'X-Cal-Webhook-Version': version }),
  }
}

/** Hex over the exact bytes, without a prefix; without a secret a literal that proves nothing. */
function signatureOf(calcom: Calcom, hook: Hook, pending: Pending): string {
  if (hook.secret === null) return 'no-secret-provided'
  const question = { provider: 'calcom', users: ownersOf(calcom, hook), hook: hook.id }
  const wrong = calcom.faults.take({ ...question, event: pending.event, kinds: ['wrong-key'] })
  const key = wrong === undefined ? hook.secret : `not-${hook.secret}`
  return createHmac('sha256', key)
    .update(pending.body ?? '')
    .digest('hex')
}

function nextTry({ read, clock }: Calcom, pending: Pending, sent: Sent): number | undefined {
  const profile = read('senderProfile')
  if (profile === 'up' || isMeeting(pending.event)) return undefined
  if (profile === 'task-queue') {
    const isLast = pending.attempt >= TASK_QUEUE.posts || sent.status !== null
    return isLast ? undefined : clock.now() + TASK_QUEUE.pauseSeconds * 1000
  }
  if (sent.status !== null && !RETRIED.includes(sent.status)) return undefined
  if (pending.attempt >= PROFILE.posts) return undefined
  const seconds = read('firstRetrySeconds') * PROFILE.factor ** (pending.attempt - 1)
  const spread = 1 + Math.random() / 2
  return clock.now() + Math.min(seconds * spread, PROFILE.longestSeconds) * 1000
}

function deactivate({ world }: Calcom, id: string): void {
  const hook = world.hooks.get(id)
  if (hook !== undefined) world.hooks.put(Object.assign(hook, { active: false }))
}

function keepOrForget({ world }: Calcom, pending: Pending, retryAt: number | undefined): void {
  if (retryAt === undefined) return world.pending.remove(pending.id)
  pending.dueAt = retryAt
  return world.pending.put(pending)
}
