import { digest } from '../shipments.ts'
import type { Honest, Shipment } from '../shipments.ts'
import { digestOf, under } from './mutation.ts'
import type { Mutation } from './mutation.ts'

/** Beyond the window of three minutes, even if the shipment waits a while before it is sent. */
const BEYOND_SECONDS = 300

/** Signed honestly for a time written like this. */
const signedFor = (honest: Honest, t: string): Shipment =>
  under(honest, `t=${t},v1=${digest(honest.address.signingKey, `${t}.`, honest.body)}`)

/** What can be wrong with the time while the key is right. */
export const TIME_MUTATIONS: Readonly<Record<string, Mutation>> = {
  stale: (honest, random) =>
    signedFor(honest, String(honest.t - BEYOND_SECONDS - random.below(400_000_000))),
  // Not so far that the number of digits tells.
  fromTheFuture: (honest, random) =>
    signedFor(honest, String(honest.t + BEYOND_SECONDS + random.below(400_000_000))),
  timeMadeFresh: (honest, random) =>
    under(honest, `t=${honest.t - 1 - random.below(100)},v1=${digestOf(honest)}`),
  milliseconds: (honest) => signedFor(honest, `${honest.t}000`),
  oddlyWritten: (honest, random) =>
    signedFor(
      honest,
      random.one([
        `0${honest.t}`,
        `+${honest.t}`,
        `-${honest.t}`,
        `${honest.t}.0`,
        `${honest.t}abc`,
        `${honest.t}e0`,
        `0x${honest.t.toString(16)}`,
        `${honest.t} `,
        '9007199254740993',
        'NaN',
        '',
      ]),
    ),
}
