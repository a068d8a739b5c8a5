import { createHmac } from 'node:crypto'
import { matchingKey } from '../key-match.ts'
import type { SignedDelivery, Verdict } from '../provider.ts'

/** https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures */
export const SIGNATURE_HEADER = 'calendly-webhook-signature'

/** The window of the provider's own samples, in both directions: clocks err either way. */
export const REPLAY_WINDOW_SECONDS = 180

/** An honest header has about 80 bytes; this leaves room for five signatures of a rotation. */
const HEADER_BYTES = 1_024
const MOST_SIGNATURES = 5

/**
 * Whether the raw bytes were signed, within the window, with one of the keys.
 */
export function verify({ header, rawBody, keys, now }: SignedDelivery): Verdict {
  const parsed = parseHeader(header)
  if (typeof parsed === 'string') return { ok: false, reason: parsed }
  const { signatures } = parsed
  const digestWith = (key: string): Buffer => digest(key, { t: parsed.t, rawBody })
  const matched = matchingKey({ signatures, keys, digestWith })
  if (typeof matched === 'string') return { ok: false, reason: matched }
  const t = Number(parsed.t)
  const age = Math.floor(now / 1_000) - t
  if (Math.abs(age) > REPLAY_WINDOW_SECONDS) return { ok: false, reason: 'stale' }
  return { ok: true, keyIndex: matched, t }
}

/** Over bytes, never over a string: two bodies that decode to one text are still two bodies. */
const digest = (key: string, { t, rawBody }: { t: string; rawBody: Uint8Array }): Buffer =>
  createHmac('sha256', key).update(`${t}.`).update(rawBody).digest()

interface ParsedHeader {
  readonly t: string
  readonly signatures: readonly Buffer[]
}

/** Reads `t=…,v1=…` by a strict grammar; unknown versions (`v2=…`) are the only thing let pass. */
function parseHeader(
  header: SignedDelivery['header'],
): ParsedHeader | 'missing' | 'malformed' | 'tooLong' {
  if (header === undefined) return 'missing'
  if (typeof header !== 'string') return 'malformed'
  if (header.trim() === '') return 'missing'
  if (Buffer.byteLength(header) > HEADER_BYTES) return 'tooLong'
  const times: string[] = []
  const signatures: Buffer[] = []
  for (const part of header.split(',')) {
    const time = /^t=([1-9][0-9]{9})$/.exec(part)?.[1]
    const signature = /^v1=([0-9a-f]{64})$/.exec(part)?.[1]
    if (time !== undefined) times.push(time)
    else if (signature !== undefined) signatures.push(Buffer.from(signature, 'hex'))
    else if (!/^v(?!1=)(0|[1-9][0-9]?)=[\w+/-]*$/.test(part)) return 'malformed'
  }
  const [t, ...more] = times
  if (t === undefined || more.length > 0) return 'malformed'
  if (signatures.length === 0 || signatures.length > MOST_SIGNATURES) return 'malformed'
  return { t, signatures }
}
