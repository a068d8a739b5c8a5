import { createHmac } from 'node:crypto'

export const RITA = 'https://api.calendly.com/users/3f0a2c1e-5b7d-4e9a-8c61-0d2b4f6a8c01'
export const SLOT = 'https://api.calendly.com/scheduled_events/aaaa0000-0000-4000-8000-000000000001'
export const INVITEE = `${SLOT}/invitees/bbbb0000-0000-4000-8000-000000000001`

/** A scheduled event as Calendly shows it; `told` replaces what a test is about. */
export const scheduledEvent = (told: object = {}): Record<string, unknown> => ({
  created_at: '2026-11-21T10:15:00.162964Z',
  end_time: '2026-11-25T14:30:00.000000Z',
  event_guests: [],
  event_memberships: [{ user: RITA, user_email: 'rita@acme.test', user_name: 'Rita Host' }],
  event_type: 'https://api.calendly.com/event_types/cccc0000-0000-4000-8000-000000000001',
  invitees_counter: { total: 1, active: 1, limit: 1 },
  location: {
    type: 'google_conference',
    status: 'processing',
    join_url: 'https://calendly.com/events/aaaa/google_meet',
  },
  name: 'Intro call',
  start_time: '2026-11-25T14:00:00.000000Z',
  status: 'active',
  updated_at: '2026-11-21T10:15:00.162964Z',
  uri: SLOT,
  ...told,
})

/** An invitee as Calendly shows it, without its scheduled event. */
export const remoteInvitee = (told: object = {}): Record<string, unknown> => ({
  cancel_url: 'https://calendly.com/cancellations/bbbb',
  created_at: '2026-11-21T10:15:00.192438Z',
  email: 'pat@prospect.test',
  event: SLOT,
  first_name: null,
  last_name: null,
  name: 'Pat Prospect',
  new_invitee: null,
  no_show: null,
  old_invitee: null,
  questions_and_answers: [{ answer: 'Migration\nPricing', position: 0, question: 'Topics' }],
  reschedule_url: 'https://calendly.com/reschedulings/bbbb',
  rescheduled: false,
  status: 'active',
  timezone: 'Europe/Paris',
  tracking: {
    utm_campaign: null,
    utm_source: 'crm',
    utm_medium: null,
    utm_content: null,
    utm_term: null,
    salesforce_uuid: null,
  },
  updated_at: '2026-11-21T10:15:00.192438Z',
  uri: INVITEE,
  ...told,
})

/** A whole delivery as an object. */
export const delivery = (
  event: unknown,
  {
    payload = {},
    slot = {},
    envelope = {},
  }: { payload?: object; slot?: object; envelope?: object } = {},
): Record<string, unknown> => ({
  event,
  created_at: '2026-11-21T10:15:00.000000Z',
  created_by: RITA,
  payload: { ...remoteInvitee(), scheduled_event: scheduledEvent(slot), ...payload },
  ...envelope,
})

/** The bytes of a body. */
export const bytes = (body: unknown): Buffer =>
  Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))

/** A signature as Calendly makes it, by this file's own arithmetic. */
export const signed = (
  key: string,
  { t, body }: { t: number | string; body: Uint8Array },
): string => `t=${t},v1=${v1(key, { t, body })}`

/** The digest alone. */
export const v1 = (key: string, { t, body }: { t: number | string; body: Uint8Array }): string =>
  createHmac('sha256', key)
    .update(Buffer.concat([Buffer.from(`${t}.`), body]))
    .digest('hex')
