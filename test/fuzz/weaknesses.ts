import { createHmac } from 'node:crypto'
import { calendlyWebhook } from '../../providers/calendly/client.ts'
import { verify } from '../../providers/calendly/signature.ts'
import type { SignedDelivery, Verdict, Webhook } from '../../providers/provider.ts'

type Verify = (delivery: SignedDelivery) => Verdict

const digest = (key: string, content: string | Uint8Array, t: string): string =>
  createHmac('sha256', key).update(`${t}.`).update(content).digest('hex')

/** A verifier that reads as much as it can of a header, as many do. */
const lax =
  (
    matches: (told: { header: string; t: string; right: string }) => boolean,
    text = false,
  ): Verify =>
  ({ header, rawBody, keys, now }) => {
    const refused: Verdict = { ok: false, reason: 'mismatch' }
    if (typeof header !== 'string') return refused
    const t = /t=([^,]*)/.exec(header)?.[1] ?? ''
    const body = text ? Buffer.from(rawBody).toString() : rawBody
    if (!(Math.abs(now / 1_000 - Number.parseInt(t, 10)) < 180)) return refused
    const keyIndex = keys.findIndex(
      (key) => key !== '' && matches({ header, t, right: digest(key, body, t) }),
    )
    return keyIndex === -1 ? refused : { ok: true, keyIndex, t: Number.parseInt(t, 10) }
  }

const given = (header: string): string => /v1=([^,]*)/.exec(header)?.[1] ?? ''

/** The verifier as it is, after something was done to what it is told. */
const told =
  (change: (delivery: SignedDelivery) => SignedDelivery): Verify =>
  (delivery) =>
    verify(change(delivery))

/** Weaknesses that verifiers in the wild have or had, by name. */
export const WEAKNESSES: Readonly<Record<string, Verify>> = {
  'lets pass what has no signature': (delivery) =>
    delivery.header === undefined ? { ok: true, keyIndex: 0, t: null } : verify(delivery),
  'verifies the text instead of the bytes': lax(
    ({ header, right }) => header === header.trim() && given(header) === right,
    true,
  ),
  'takes hexadecimal digits until the first that is none': lax(({ header, right }) =>
    Buffer.from(given(header), 'hex').equals(Buffer.from(right, 'hex')),
  ),
  'reads numbers by their beginning': lax(({ header, right }) => given(header) === right),
  'compares only as much as was given': lax(({ header, right }) => right.startsWith(given(header))),
  'takes upper case for lower case': lax(
    ({ header, right }) => given(header).toLowerCase() === right,
  ),
  'knows no limit in the future': told((delivery) => {
    const t = Number(/t=(\d{10}),/.exec(String(delivery.header))?.[1] ?? 0) * 1_000
    return { ...delivery, now: Math.max(delivery.now, t) }
  }),
  'knows no limit in the past': told((delivery) => {
    const t = Number(/t=(\d{10}),/.exec(String(delivery.header))?.[1] ?? Infinity) * 1_000
    return { ...delivery, now: Math.min(delivery.now, t) }
  }),
  'verifies with an empty key where there is none': ({ header, rawBody, keys, now }) => {
    const t = /^t=(\d{10}),/.exec(String(header))?.[1] ?? ''
    const isEmpty = header === `t=${t},v1=${digest('', rawBody, t)}`
    return isEmpty ? { ok: true, keyIndex: 0, t: 0 } : verify({ header, rawBody, keys, now })
  },
  'trims its keys on one side only': (delivery) => {
    const keys = [...delivery.keys, ...delivery.keys.map((key) => `${key}\n`)]
    const verdict = verify({ ...delivery, keys })
    return verdict.ok ? { ...verdict, keyIndex: 0 } : verdict
  },
}

/** Our webhook with a verifier that is weak. */
export const weak = (verifier: Verify): Webhook => ({ ...calendlyWebhook, verify: verifier })
