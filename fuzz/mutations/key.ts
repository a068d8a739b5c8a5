import { createHash, createHmac } from 'node:crypto'
import { digest } from '../shipments.ts'
import type { Honest, Shipment } from '../shipments.ts'
import { spliced, under } from './mutation.ts'
import type { Mutation } from './mutation.ts'

/** Signed with another key. */
const signedBy = (honest: Honest, key: string): Shipment =>
  under(honest, `t=${honest.t},v1=${digest(key, `${honest.t}.`, honest.body)}`)

/** Under another digest altogether. */
const withDigest = (honest: Honest, told: string): Shipment =>
  under(honest, `t=${honest.t},v1=${told}`)

/** What can be wrong with the key or with what is signed, while the form is right. */
export const KEY_MUTATIONS: Readonly<Record<string, Mutation>> = {
  noKey: (honest) => signedBy(honest, ''),
  wordForNoKey: (honest, random) =>
    signedBy(honest, random.one(['no key at all', 'undefined', 'null', 'no-secret-provided', '0'])),
  keyNearly(honest, random) {
    const { signingKey } = honest.address
    const at = random.below(signingKey.length)
    return signedBy(honest, spliced(signingKey, { at, until: at + 1, put: random.one(['', '~']) }))
  },
  keyWithNewline: (honest) => signedBy(honest, `${honest.address.signingKey}\n`),
  keyOfAnother: (honest, random) => signedBy(honest, random.bytes(32).toString('base64url')),
  endpointAsKey: (honest) => signedBy(honest, honest.address.endpoint),
  bodyAlone: (honest) => withDigest(honest, digest(honest.address.signingKey, '', honest.body)),
  otherJoint: (honest, random) =>
    withDigest(
      honest,
      digest(
        honest.address.signingKey,
        `${honest.t}${random.one(['', ':', ',', '. ', '.\n'])}`,
        honest.body,
      ),
    ),
  otherHash: (honest, random) =>
    withDigest(
      honest,
      createHmac(random.one(['sha512', 'sha1', 'md5', 'sha3-256']), honest.address.signingKey)
        .update(`${honest.t}.`)
        .update(honest.body)
        .digest('hex')
        .padEnd(64, '0')
        .slice(0, 64),
    ),
  hashWithoutKey: (honest) =>
    withDigest(
      honest,
      createHash('sha256').update(`${honest.t}.`).update(honest.body).digest('hex'),
    ),
  randomDigest: (honest, random) => withDigest(honest, random.bytes(32).toString('hex')),
  constantDigest: (honest, random) => withDigest(honest, random.one(['0', 'f', 'a']).repeat(64)),
  endpointOfNobody: (honest, random) => ({
    ...signedBy(honest, random.one(['', 'no key at all'])),
    path: `/webhooks/calendly/${random.bytes(24).toString('base64url')}`,
  }),
  sharedRoute: (honest, random) => ({
    ...signedBy(honest, random.bytes(8).toString('hex')),
    path: random.one(['/calendly/webhook', '/api/calendly/webhook']),
  }),
}
