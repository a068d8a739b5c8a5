import { createHmac } from 'node:crypto'

/** Where deliveries of one integration go, and what makes them honest. */
export interface Address {
  readonly endpoint: string
  readonly signingKey: string
  readonly userUri: string
}

/** A request to the door before it is bytes. */
export interface Shipment {
  readonly method: string
  readonly path: string
  /** Values of signature headers: one is honest. */
  readonly signatures: readonly string[]
  /** Other header lines. */
  readonly lines: readonly string[]
  readonly body: Buffer
  /** The whole request, where its very frame is broken. */
  readonly raw?: Buffer
}

/** A shipment that a provider could have sent, with what it takes to make a wrong one of it. */
export interface Honest extends Shipment {
  readonly t: number
  readonly address: Address
}

/** How the URI of every booking begins; its number follows. */
export const OWN_URI = 'https://api.calendly.com/scheduled_events/fuzz-'

const BODY_TYPE = 'Content-Type: application/json'

/** A unique booking of an account, honestly signed now. */
export function honest(address: Address, { n, now }: { n: string; now: number }): Honest {
  return signedNow(address, { body: Buffer.from(JSON.stringify(booking(address, n))), now })
}

/** These bytes, honestly signed now. */
export function signedNow(address: Address, { body, now }: { body: Buffer; now: number }): Honest {
  const t = Math.floor(now / 1_000)
  return {
    method: 'POST',
    path: `/webhooks/calendly/${address.endpoint}`,
    signatures: [`t=${t},v1=${digest(address.signingKey, `${t}.`, body)}`],
    lines: [BODY_TYPE],
    body,
    t,
    address,
  }
}

/** The digest of a prefix and a body, by this file's own arithmetic. */
export const digest = (key: string, prefix: string, body: Uint8Array): string =>
  createHmac('sha256', key).update(prefix, 'latin1').update(body).digest('hex')

/** A shipment as bytes for a socket. */
export function bytesOf({ method, path, signatures, lines, body, raw }: Shipment): Buffer {
  if (raw !== undefined) return raw
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    ...signatures.map((value) => `Calendly-Webhook-Signature: ${value}`),
    ...lines,
    `Content-Length: ${body.length}`,
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}

function booking({ userUri }: Address, n: string): object {
  const slot = `${OWN_URI}${n}`
  const at = '2026-11-21T10:15:00.162964Z'
  return {
    event: 'invitee.created',
    created_at: at,
    created_by: userUri,
    payload: {
      uri: `${slot}/invitees/${n}`,
      event: slot,
      email: `fuzz-${n}@prospect.test`,
      name: 'Zoë Fuzz',
      status: 'active',
      rescheduled: false,
      timezone: 'Europe/Paris',
      created_at: at,
      updated_at: at,
      no_show: null,
      questions_and_answers: [{ question: 'Topics', answer: 'All\nof them', position: 0 }],
      tracking: { utm_source: 'crm', utm_campaign: null },
      scheduled_event: {
        uri: slot,
        name: 'Intro call',
        status: 'active',
        start_time: '2026-12-01T14:00:00.000000Z',
        end_time: '2026-12-01T14:30:00.000000Z',
        created_at: at,
        updated_at: at,
        event_memberships: [{ user: userUri, user_email: 'host@acme.test', user_name: 'Host' }],
        event_guests: [],
        invitees_counter: { total: 1, active: 1, limit: 1 },
        location: { type: 'physical', location: 'Here' },
      },
    },
  }
}
