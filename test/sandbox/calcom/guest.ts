import type { Answer } from '../visitor.ts'
import { Visitor } from '../visitor.ts'
import type { SandboxOptions } from '../../../sandbox/sandbox.ts'
import { startSandbox } from '../../../sandbox/sandbox.ts'

const VERSION = { 'cal-api-version': '2024-08-13' }

const TRIGGERS = [
  'BOOKING_CREATED',
  'BOOKING_RESCHEDULED',
  'BOOKING_CANCELLED',
  'BOOKING_REQUESTED',
  'BOOKING_REJECTED',
  'BOOKING_PAYMENT_INITIATED',
  'BOOKING_PAID',
  'BOOKING_NO_SHOW_UPDATED',
]

export const SECRET = 'a secret of our own'

/** Somebody who uses the sandbox's Cal.com over HTTP only. */
export class Guest extends Visitor {
  key = ''

  /** Calls the API with a key, Rita's unless another is given. */
  async call(
    method: string,
    path: string,
    options: { key?: string; json?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { key = this.key, json, headers = VERSION } = options
    const response = await fetch(`${this.sandbox.url}/calcom/v2${path}`, {
      method,
      headers: {
        ...headers,
        ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: JSON.parse(text) }
  }

  async keyOf(user: string, more: Record<string, unknown> = {}): Promise<string> {
    return (await this.control('/calcom/keys', { user, ...more })).body.api_key
  }

  hook(subscriberUrl: string, more: Record<string, unknown> = {}): Promise<Answer> {
    const json = { subscriberUrl, active: true, triggers: TRIGGERS, secret: SECRET, ...more }
    return this.call('POST', '/webhooks', { json })
  }

  /** Books with Rita; answers the booking as the API shows it. */
  async reserve(more: Record<string, unknown> = {}): Promise<any> {
    const invitee = { email: 'pat@prospect.test', name: 'Pat Prospect' }
    const { body } = await this.control('/calcom/bookings', {
      user: 'rita@acme.test',
      invitee,
      ...more,
    })
    return body.booking
  }

  /** The hooks of everybody, as control shows them. */
  async held(): Promise<any[]> {
    return (await this.send('GET', '/control/calcom/hooks')).body.hooks
  }

  /** How many tries the ledger knows, once it knows so many at least. */
  async tries(count: number): Promise<number> {
    const look = async () => (await this.ledger()).deliveries.length
    return this.eventually(look, (length) => length >= count)
  }

  /** Does something to a booking by control. */
  act(uid: string, name: string, json: Record<string, unknown> = {}): Promise<Answer> {
    return this.control(`/calcom/bookings/${uid}/${name}`, json)
  }

  override fault(fault: Record<string, unknown>): Promise<Answer> {
    return this.control('/faults', { provider: 'calcom', ...fault })
  }
}

/** Opens a sandbox in this process, with a key of Rita's. */
export async function visitCalcom(options: Partial<SandboxOptions> = {}): Promise<Guest> {
  const guest = new Guest(await startSandbox({ port: 0, ...options }))
  guest.key = await guest.keyOf('rita@acme.test')
  return guest
}
