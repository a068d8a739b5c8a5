import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { formatTime, stamp } from '../clock.ts'
import type { Calendly } from './context.ts'
import { idOf, uriOf } from './context.ts'
import type { Gate } from './gate.ts'
import { readParameters } from './parameters.ts'
import { invalidArgument, permissionDenied } from './problems.ts'
import { isEventOf } from './subscription-rules.ts'

/** `GET /sample_webhook_data`: a bare envelope, without `resource`. */
export function registerSample(
  app: FastifyInstance,
  { calendly, gate }: { calendly: Calendly; gate: Gate },
): void {
  app.get('/sample_webhook_data', { onRequest: gate.open('webhooks:read') }, async (request) => {
    const query = readParameters(request.query, {
      required: ['event', 'organization', 'scope'],
      optional: ['user', 'group'],
    })
    const { uri, user } = gate.callerOf(request)
    const event = String(query['event'])
    if (!isEventOf(event, String(query['scope']))) {
      throw invalidArgument([{ parameter: 'event', message: 'is not included in the list' }])
    }
    if (idOf(String(query['organization'])) !== user.organization) {
      throw permissionDenied('You do not have permission')
    }
    const created_at = `${new Date().toISOString().slice(0, 19)}.000000Z`
    return {
      event,
      created_at,
      created_by: uri,
      payload: samplePayload(calendly, event, user.uuid),
    }
  })
}

function samplePayload(calendly: Calendly, event: string, host: string) {
  const now = stamp()
  const slot = uriOf(calendly, `scheduled_events/${randomUUID()}`)
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
    no_show: null,
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
    updated_at: now,
    uri: `${slot}/invitees/${randomUUID()}`,
  }
}
