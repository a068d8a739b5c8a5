import { createHmac, randomUUID } from 'node:crypto'
import type { Target } from './jobs.ts'

/** One unique booking as Calendly sends it, with the e-mail by which its prospect is known again. */
export interface Delivery {
  readonly email: string
  /** A whole HTTP request, ready for the socket. */
  readonly request: Buffer
}

/** What a delivery with a handful of answers weighs. */
const BODY_BYTES = 3_072

/** Unique valid deliveries, signed now: making them costs nothing while the clock runs. */
export function makeDeliveries(target: Target, count: number): Delivery[] {
  return Array.from({ length: count }, () => {
    const id = randomUUID()
    const email = `invitee-${id}@prospects.test`
    return { email, request: requestOf(target, Buffer.from(bodyOf(target, { id, email }))) }
  })
}

function requestOf({ port, path, signingKey }: Target, body: Buffer): Buffer {
  const t = Math.floor(Date.now() / 1000)
  const v1 = createHmac('sha256', signingKey).update(`${t}.`).update(body).digest('hex')
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: localhost:${port}`,
    'User-Agent: Calendly',
    'Accept: */*',
    'Content-Type: application/json',
    `Calendly-Webhook-Signature: t=${t},v1=${v1}`,
    `Content-Length: ${body.length}`,
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}

interface Invited {
  readonly id: string
  readonly email: string
}

function bodyOf(target: Target, invited: Invited): string {
  const plain = JSON.stringify(deliveryOf(target, invited, ''))
  return JSON.stringify(deliveryOf(target, invited, 'z'.repeat(BODY_BYTES - plain.length)))
}

function deliveryOf({ account }: Target, { id, email }: Invited, longAnswer: string): object {
  const now = new Date().toISOString().replace('Z', '000Z')
  const site = new URL(account.userUri).origin
  const slot = `${site}/scheduled_events/${id}`
  return {
    event: 'invitee.created',
    created_at: now,
    created_by: account.userUri,
    payload: {
      cancel_url: `${site}/cancellations/${id}`,
      created_at: now,
      email,
      event: slot,
      first_name: 'Ida',
      last_name: 'Invitee',
      name: 'Ida Invitee',
      new_invitee: null,
      no_show: null,
      old_invitee: null,
      payment: null,
      questions_and_answers: [
        { answer: 'Migration and pricing', position: 0, question: 'What shall we talk about?' },
        { answer: '11 to 50 people', position: 1, question: 'How large is your company?' },
        { answer: longAnswer, position: 2, question: 'Anything else we should know?' },
      ],
      reconfirmation: null,
      reschedule_url: `${site}/reschedulings/${id}`,
      rescheduled: false,
      routing_form_submission: null,
      scheduled_event: {
        created_at: now,
        end_time: '2027-03-01T10:30:00.000000Z',
        event_guests: [],
        event_memberships: [
          { user: account.userUri, user_email: account.email, user_name: 'Bench Host' },
        ],
        event_type: `${site}/event_types/bench`,
        invitees_counter: { total: 1, active: 1, limit: 1 },
        location: { join_url: `${site}/meet/${id}`, status: 'pushed', type: 'google_conference' },
        meeting_notes_html: null,
        meeting_notes_plain: null,
        name: 'Intro call',
        start_time: '2027-03-01T10:00:00.000000Z',
        status: 'active',
        updated_at: now,
        uri: slot,
      },
      scheduling_method: null,
      status: 'active',
      text_reminder_number: null,
      timezone: 'Europe/Paris',
      tracking: { utm_campaign: 'spring', utm_source: 'crm', utm_medium: 'mail' },
      updated_at: now,
      uri: `${slot}/invitees/${id}`,
    },
  }
}
