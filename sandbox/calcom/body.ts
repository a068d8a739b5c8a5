import type { Calcom } from './context.ts'
import { meetingBody } from './meeting-body.ts'
import { payloadOf } from './payload.ts'
import { pingPayload } from './ping-payload.ts'
import { fillTemplate, isJsonTemplate } from './template.ts'
import type { Hook, Telling } from './world.ts'
import { zapierBody } from './zapier.ts'

/** These fill templates from `payload.*`; booking triggers from a flat root. */
const NESTED_TRIGGERS = ['BOOKING_NO_SHOW_UPDATED']

export interface Body {
  text: string
  isForm: boolean
}

/** Whether a trigger is sent without an envelope, at most once. */
export function isMeeting(trigger: string): boolean {
  return trigger === 'MEETING_STARTED' || trigger === 'MEETING_ENDED'
}

/** Writes the body one hook gets. */
export function writeBody(
  calcom: Calcom,
  hook: Hook,
  given: { telling: Telling; createdAt: string },
): Body {
  const { telling, createdAt } = given
  const { trigger: triggerEvent } = telling
  if (isMeeting(triggerEvent)) {
    return { text: JSON.stringify(meetingBody(calcom, telling)), isForm: false }
  }
  const payload = triggerEvent === 'PING' ? pingPayload() : payloadOf(calcom, telling)
  const envelope = { triggerEvent, createdAt, payload }
  if (hook.appId === 'zapier') {
    return { text: JSON.stringify(zapierBody(payload, createdAt)), isForm: false }
  }
  const { payloadTemplate: template } = hook
  if (template === null) return { text: JSON.stringify(envelope), isForm: false }
  const values = NESTED_TRIGGERS.includes(triggerEvent)
    ? envelope
    : { ...payload, triggerEvent, createdAt }
  return { text: fillTemplate(template, values), isForm: !isJsonTemplate(template) }
}
