import assert from 'node:assert/strict'
import { createLog } from '../../../api/log.ts'
import { bytes, delivery, RITA, signed } from '../../support/calendly-payloads.ts'
import { aTenant, startTestApi } from '../harness.ts'
import type { Tenant, TestApi } from '../harness.ts'
import { post, sendRaw } from '../raw-http.ts'
import type { RawAnswer } from '../raw-http.ts'
import { hearFrames } from './frames.ts'

/** One tenant's webhook door, and the ways of knocking at it. */
export interface Door {
  readonly api: TestApi
  readonly tenant: Tenant
  /** Sends a body with this signature header, or with none. */
  readonly knock: (told: Knock) => Promise<RawAnswer>
  /** Rows of inbound events and of unrouted deliveries. */
  readonly rows: () => Promise<number>
  /** Promises that the work leaves exactly these traces; what is left out stays as it was. */
  readonly leaves: (traces: Partial<Traces>, work: () => Promise<unknown>) => Promise<void>
  readonly close: () => Promise<void>
}

/** Everything a delivery can leave behind. */
export interface Traces {
  /** More rows of inbound events and of unrouted deliveries. */
  readonly rows: number
  /** More workflows started. */
  readonly started: number
  /** What an admin of the tenant heard at a socket. */
  readonly frames: readonly string[]
  /** Messages in the log. */
  readonly log: readonly string[]
}

/** What taking so many deliveries leaves behind. */
export const taken = (count: number): Partial<Traces> => ({
  rows: count,
  started: count,
  log: Array.from({ length: count }, () => 'verified and stored'),
})

/** What one authentic delivery leaves behind that nobody may act on. */
export const SET_ASIDE: Partial<Traces> = { rows: 1, log: ['verified and set aside'] }

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
export async function openDoor(told: Parameters<typeof startTestApi>[0] = {}): Promise<Door> {
  const lines: string[] = []
  const logger = createLog('info', { write: (line) => void lines.push(line) })
  const api = await startTestApi({ ...told, options: { logger, ...told.options } })
  const tenant = await aTenant(api, { userUri: RITA })
  const frames = await hearFrames(api, tenant)
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

  async function leaves(traces: Partial<Traces>, work: () => Promise<unknown>): Promise<void> {
    const before = { rows: await rows(), started: api.gateway.events.length, lines: lines.length }
    await frames.soFar()
    await work()
    const written = lines.slice(before.lines).filter((line) => !line.includes('"answered"'))
    assert.deepEqual(
      {
        rows: (await rows()) - before.rows,
        started: api.gateway.events.length - before.started,
        frames: await frames.soFar(),
        log: written.map((line) => JSON.parse(line).msg),
      },
      { rows: 0, started: 0, frames: [], log: [], ...traces },
    )
    for (const line of written) assert.doesNotMatch(line, TELLS_TOO_MUCH)
  }

  const close = async (): Promise<void> => {
    frames.close()
    await api.close()
  }
  return { api, tenant, knock, rows, leaves, close }
}

/** What of a delivery must never stand in a log: people, signatures, what was asked and answered. */
const TELLS_TOO_MUCH = /prospect\.test|Pat Prospect|v1=|Topics|Migration|signingKey/
