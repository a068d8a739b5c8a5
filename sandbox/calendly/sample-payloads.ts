import { randomUUID } from 'node:crypto'
import { formatTime, stamp } from '../clock.ts'
import type { ContactChange } from './contacts.ts'
import { contactNews } from './contacts.ts'
import type { Calendly } from './context.ts'
import { uriOf } from './context.ts'
import { readTracking } from './control-bookings.ts'
import { eventTypeObject, newEventType } from './event-types.ts'
import { newQuestion, submissionObject } from './routing-forms.ts'
import type { User } from './world.ts'

/** An invented payload of an event; of a meeting recap no shape is known, so it is empty. */
export function samplePayload(calendly: Calendly, event: string, user: User): object {
  const now = stamp()
  const uuid = randomUUID()
  const times = { createdAt: now, updatedAt: now }
  const [family = '', change = ''] = event.split('.')
  if (family.startsWith('invitee')) return inviteeSample(calendly, event, user.uuid)
  if (family === 'event_type') {
    const deletedAt = change === 'deleted' ? now : null
    return eventTypeObject(calendly, newEventType(user, { name: 'Sample', deletedAt }))
  }
  if (family === 'contact') {
    const contact = { uuid, user: user.uuid, email: 'sample@example.com', name: 'Sam Sample' }
    return contactNews(calendly, { ...contact, ...times }, change as ContactChange).payload
  }
  if (family !== 'routing_form_submission') return {}
  const { uuid: question_uuid, name: question } = newQuestion('Company size')
  return submissionObject(calendly, {
    uuid,
    form: randomUUID(),
    answers: [{ question_uuid, question, answer: '2-10' }],
    tracking: readTracking({}),
    result: { type: 'event_type', value: uriOf(calendly, `event_types/${user.eventType}`) },
    invitee: null,
    ...times,
  })
}

/** Published samples of invitees leave out many fields that deliveries have; so does this one. */
function inviteeSample(calendly: Calendly, event: string, host: string): object {
  const now = stamp()
  const slot = uriOf(calendly, `scheduled_events/${randomUUID()}`)
  const mark = { created_at: now, uri: uriOf(calendly, `invitee_no_shows/${randomUUID()}`) }
  const isCanceled = event === 'invitee.canceled'
  const cancellation = {
    canceled_by: 'Sam Sample',
    canceler_type: 'invitee',
    created_at: now,
    reason: '',
  }
  const status = isCanceled ? 'canceled' : 'active'
  return {
    ...(isCanceled ? { cancellation } : {}),
    created_at: now,
    email: 'sample@example.com',
    event: slot,
    name: 'Sam Sample',
    new_invitee: null,
    no_show: event === 'invitee_no_show.created' ? mark : null,
    old_invitee: null,
    questions_and_answers: [],
    rescheduled: false,
    scheduled_event: {
      end_time: formatTime(Date.now() + 5_400_000),
      event_memberships: [{ user: uriOf(calendly, `users/${host}`) }],
      name: 'Sample',
      start_time: formatTime(Date.now() + 3_600_000),
      status,
      uri: slot,
    },
    status,
    timezone: 'Europe/Paris',
    tracking: readTracking({}),
    updated_at: now,
    uri: `${slot}/invitees/${randomUUID()}`,
  }
}
