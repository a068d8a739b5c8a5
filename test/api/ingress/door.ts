import { bytes, delivery, RITA, signed } from '../../support/calendly-payloads.ts'
import { aTenant, startTestApi } from '../harness.ts'
import type { Tenant, TestApi } from '../harness.ts'
import { post, sendRaw } from '../raw-http.ts'
import type { RawAnswer } from '../raw-http.ts'

/** One tenant's webhook door, and the ways of knocking at it. */
export interface Door {
  readonly api: TestApi
  readonly tenant: Tenant
  /** Sends a body with this signature header, or with none. */
  readonly knock: (told: Knock) => Promise<RawAnswer>
  /** Rows of inbound events and of unrouted deliveries. */
  readonly rows: () => Promise<number>
  readonly close: () => Promise<void>
}

export interface Knock {
  readonly body?: Buffer
  /** Whole header lines; left out, an honest content type and signature. */
  readonly headers?: readonly string[]
  readonly signature?: string
  readonly path?: string
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1_000)

let made = 0

/** A body nobody has sent before. */
export function freshBody(told: Parameters<typeof delivery>[1] = {}): Buffer {
  made += 1
  const slot = `https://api.calendly.com/scheduled_events/slot-${made}`
  return bytes(
    delivery('invitee.created', {
      ...told,
      slot: { uri: slot, ...told.slot },
      payload: { uri: `${slot}/invitees/${made}`, event: slot, ...told.payload },
    }),
  )
}

export const JSON_TYPE = 'Content-Type: application/json'
export const signatureLine = (value: string): string => `Calendly-Webhook-Signature: ${value}`

/** Promises an open door. */
export async function openDoor(): Promise<Door> {
  const api = await startTestApi()
  const tenant = await aTenant(api, { userUri: RITA })
  const knock = ({ body = freshBody(), signature, headers, path }: Knock): Promise<RawAnswer> => {
    const honest = signed(tenant.signingKey, { t: nowSeconds(), body })
    return sendRaw(
      api.port,
      post(
        path ?? `/webhooks/calendly/${tenant.endpoint}`,
        headers ?? [JSON_TYPE, signatureLine(signature ?? honest)],
        body,
      ),
    )
  }
  const rows = async (): Promise<number> => {
    const { rows: counted } = await api.owner.query<{ count: number }>(
      `select ((select count(*) from inbound_event) + (select count(*) from unrouted_delivery))::int
        as count`,
    )
    return counted[0]?.count ?? -1
  }
  return { api, tenant, knock, rows, close: () => api.close() }
}
