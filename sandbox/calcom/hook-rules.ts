import { isRecord, textOf } from '../json.ts'
import type { Calcom } from './context.ts'
import type { Violation } from './problems.ts'
import { invalid, problem } from './problems.ts'
import type { Hook } from './world.ts'

/** Source: enum WebhookTriggerEvents of the public repository, and two that came later. */
export const TRIGGERS: readonly string[] = [
  'BOOKING_CREATED',
  'BOOKING_PAYMENT_INITIATED',
  'BOOKING_PAID',
  'BOOKING_RESCHEDULED',
  'BOOKING_REQUESTED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
  'BOOKING_NO_SHOW_UPDATED',
  'FORM_SUBMITTED',
  'MEETING_ENDED',
  'MEETING_STARTED',
  'RECORDING_READY',
  'INSTANT_MEETING',
  'RECORDING_TRANSCRIPTION_GENERATED',
  'OOO_CREATED',
  'AFTER_HOSTS_CAL_VIDEO_NO_SHOW',
  'AFTER_GUESTS_CAL_VIDEO_NO_SHOW',
  'FORM_SUBMITTED_NO_EVENT',
  'DELEGATION_CREDENTIAL_ERROR',
  'WRONG_ASSIGNMENT_REPORT',
  'ROUTING_FORM_FALLBACK_HIT',
]

const FOR_ORGANIZATIONS = 'DELEGATION_CREDENTIAL_ERROR'

const VERSIONS = ['2021-10-20']

export type HookWishes = Partial<
  Pick<Hook, 'active' | 'subscriberUrl' | 'triggers' | 'secret' | 'payloadTemplate'>
>

/** Reads a hook's body; throws the 400 of everything missing or wrong. Unknown fields are ignored. */
export function readHook(
  calcom: Calcom,
  given: { body: unknown; scope: Hook['scope']; isUpdate: boolean },
): HookWishes {
  const body = isRecord(given.body) ? given.body : {}
  const violations = check(body, given.isUpdate)
  if (violations.length > 0) throw invalid(violations)
  const { active, triggers } = body as { active?: boolean; triggers?: string[] }
  const subscriberUrl = textOf(body, 'subscriberUrl')
  if (given.scope !== 'organization' && triggers?.includes(FOR_ORGANIZATIONS) === true) {
    throw problem(400, `${FOR_ORGANIZATIONS} trigger is only available for organization webhooks`)
  }
  if (subscriberUrl !== undefined && calcom.read('urlCheck')) checkUrl(subscriberUrl)
  const secret = textOf(body, 'secret')
  const payloadTemplate = textOf(body, 'payloadTemplate')
  return {
    ...(active === undefined ? {} : { active }),
    ...(subscriberUrl === undefined ? {} : { subscriberUrl }),
    ...(triggers === undefined ? {} : { triggers }),
    ...(secret === undefined ? {} : { secret }),
    ...(payloadTemplate === undefined ? {} : { payloadTemplate }),
  }
}

function check(body: Record<string, unknown>, isUpdate: boolean): Violation[] {
  const violations: Violation[] = []
  const say = (property: string, constraint: string, message: string) =>
    violations.push({ property, constraints: { [constraint]: `${property} ${message}` } })
  const isLeftOut = (name: string) => isUpdate && body[name] === undefined

  for (const name of ['subscriberUrl', 'secret', 'payloadTemplate']) {
    const mayMiss = isUpdate || name !== 'subscriberUrl'
    if (mayMiss && (body[name] === undefined || body[name] === null)) continue
    if (typeof body[name] !== 'string') say(name, 'isString', 'must be a string')
  }
  if (!isLeftOut('active') && typeof body['active'] !== 'boolean') {
    say('active', 'isBoolean', 'must be a boolean value')
  }
  const { triggers, version } = body
  if (!isLeftOut('triggers') && !Array.isArray(triggers)) {
    say('triggers', 'isArray', 'must be an array')
  }
  if (Array.isArray(triggers) && triggers.some((trigger) => !TRIGGERS.includes(String(trigger)))) {
    const message = `each value in triggers must be one of the following values: ${TRIGGERS.join(', ')}`
    violations.push({ property: 'triggers', constraints: { isEnum: message } })
  }
  if (version !== undefined && !VERSIONS.some((known) => known === version)) {
    say('version', 'isEnum', `must be one of the following values: ${VERSIONS.join(', ')}`)
  }
  return violations
}

/** Source: WebhookUrlValidationService: no localhost, no private or reserved address. */
function checkUrl(text: string): void {
  if (!URL.canParse(text)) throw problem(400, 'Webhook URL is not allowed: Invalid URL')
  const { hostname, protocol } = new URL(text)
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw problem(400, 'Webhook URL is not allowed: Only HTTP and HTTPS are allowed')
  }
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost')
  const isPrivate =
    /^(0|10|127)\.|^169\.254\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./
  const isPrivateSix = /^\[(::1?|f[cd]|fe[89ab]|::ffff:)/i
  if (isLocal || isPrivate.test(hostname) || isPrivateSix.test(hostname)) {
    throw problem(400, 'Webhook URL is not allowed: Private or reserved addresses are not allowed')
  }
}
