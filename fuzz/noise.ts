import type { Random } from './random.ts'
import type { Address, Shipment } from './shipments.ts'

const PIECES: readonly [string, ...string[]] = [
  't=',
  'v1=',
  'v2=',
  't',
  'v1',
  '=',
  ',',
  ',',
  ' ',
  ';',
  '"',
  '0',
  '1',
  'aa',
  'zz',
  'sha256=',
  'no-secret-provided',
  'undefined',
  '[object Object]',
  'é',
  '%00',
  '\\',
  "' or 1=1 --",
  '${7*7}',
]

const BODIES: readonly [string, ...string[]] = [
  '',
  '{}',
  '[]',
  'null',
  '"',
  '{"event":"invitee.created"}',
  '{"event":',
  '<?xml version="1.0"?>',
  'a=b&c=d',
  '\ufeff{}',
  '{"payload":{"__proto__":{}}}',
  '['.repeat(10_000),
  '\0\0\0',
]

/** A shipment that never was an honest one: nobody has signed it. */
export function noise(
  address: Address,
  { random, now }: { random: Random; now: number },
): Shipment {
  return {
    method: 'POST',
    path: pathOf(address, random),
    signatures: Array.from({ length: random.one([1, 1, 1, 0, 2]) }, () => header(random, now)),
    lines: ['Content-Type: application/json'],
    body: random.below(3) === 0 ? random.bytes(random.below(600)) : Buffer.from(random.one(BODIES)),
  }
}

/** By its grammar half the time, so that more than the first check is met. */
function header(random: Random, now: number): string {
  if (random.below(2) === 0) {
    const t = Math.floor(now / 1_000) + random.below(400) - 200
    const digests = Array.from(
      { length: 1 + random.below(5) },
      () => `v1=${random.bytes(32).toString('hex')}`,
    )
    return [`t=${t}`, ...digests].join(',')
  }
  return Array.from({ length: 1 + random.below(12) }, () => random.one(PIECES))
    .join('')
    .trim()
}

const pathOf = ({ endpoint }: Address, random: Random): string =>
  random.one([
    `/webhooks/calendly/${endpoint}`,
    `/webhooks/calendly/${endpoint}`,
    `/webhooks/calendly/${random.bytes(24).toString('base64url')}`,
    '/calendly/webhook',
    '/api/calendly/webhook',
  ])
