import { signedNow } from '../shipments.ts'
import { over } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const cut = (body: Buffer, at: number, until: number): Buffer =>
  Buffer.concat([body.subarray(0, at), body.subarray(until)])
const put = (body: Buffer, at: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([body.subarray(0, at), bytes, body.subarray(at)])
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** What can be wrong with the bytes of a body under a signature that was right for others. */
export const BODY_MUTATIONS: Readonly<Record<string, Mutation>> = {
  bitFlipped(honest, random) {
    const body = Buffer.from(honest.body)
    const at = random.below(body.length)
    body[at] = (body[at] ?? 0) ^ (1 << random.below(8))
    return over(honest, body)
  },
  byteDropped(honest, random) {
    const at = random.below(honest.body.length)
    return over(honest, cut(honest.body, at, at + 1))
  },
  byteInserted: (honest, random) =>
    over(honest, put(honest.body, random.below(honest.body.length + 1), random.bytes(1))),
  bodyCut: (honest, random) =>
    over(honest, honest.body.subarray(0, random.below(honest.body.length))),
  bodyGrown: (honest, random) =>
    over(honest, Buffer.concat([honest.body, random.bytes(1 + random.below(200))])),
  sliceRepeated(honest, random) {
    const at = random.below(honest.body.length - 1)
    return over(honest, put(honest.body, at, honest.body.subarray(at, at + 1 + random.below(50))))
  },
  newlineAdded: (honest, random) =>
    over(honest, put(honest.body, random.one([0, honest.body.length]), Buffer.from('\n'))),
  markAdded: (honest) => over(honest, put(honest.body, 0, BOM)),
  markRemoved(honest) {
    const marked = signedNow(honest.address, {
      body: put(honest.body, 0, BOM),
      now: honest.t * 1_000,
    })
    return over(marked, honest.body)
  },
  // Both decode to the same text: only a check over bytes sees the difference.
  sameText(honest, random) {
    const at = 1 + random.below(honest.body.length - 1)
    const broken = put(honest.body, at, Buffer.from([0xff]))
    const signed = signedNow(honest.address, { body: broken, now: honest.t * 1_000 })
    return over(signed, put(honest.body, at, Buffer.from([0xfe])))
  },
  emptied: (honest) => over(honest, Buffer.alloc(0)),
  replaced: (honest, random) => over(honest, random.bytes(1 + random.below(500))),
}
