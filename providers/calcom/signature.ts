import { createHmac } from 'node:crypto'
import { matchingKey } from '../key-match.ts'
import type { SignedDelivery, Verdict } from '../provider.ts'

/** https://cal.com/docs/developing/guides/automation/webhooks, reference/calcom.md section 4. */
export const SIGNATURE_HEADER = 'x-cal-signature-256'

/** An honest header is 64 hexadecimal digits, or the words Cal.com sends where it has no secret. */
const HEADER_BYTES = 256

/**
 * Whether the raw bytes were signed with one of the keys. Nothing but the body is signed, so a
 * repeated delivery is authentic for ever: that it has no second effect is the inbox's work. The
 * words that stand for "no secret" are no signature.
 */
export function verify({ header, rawBody, keys }: SignedDelivery): Verdict {
  if (header === undefined) return { ok: false, reason: 'missing' }
  if (typeof header !== 'string') return { ok: false, reason: 'malformed' }
  if (header.trim() === '') return { ok: false, reason: 'missing' }
  if (Buffer.byteLength(header) > HEADER_BYTES) return { ok: false, reason: 'tooLong' }
  if (!/^[0-9a-f]{64}$/.test(header)) return { ok: false, reason: 'malformed' }
  const matched = matchingKey({
    signatures: [Buffer.from(header, 'hex')],
    keys,
    digestWith: (key) => createHmac('sha256', key).update(rawBody).digest(),
  })
  if (typeof matched === 'string') return { ok: false, reason: matched }
  return { ok: true, keyIndex: matched, t: null }
}
