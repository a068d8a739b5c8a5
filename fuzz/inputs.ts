import { BODY_MUTATIONS } from './mutations/body.ts'
import { FRAMING_MUTATIONS } from './mutations/framing.ts'
import { HEADER_MUTATIONS } from './mutations/header.ts'
import { KEY_MUTATIONS } from './mutations/key.ts'
import type { Mutation } from './mutations/mutation.ts'
import { STRUCTURE_MUTATIONS } from './mutations/structure.ts'
import { TIME_MUTATIONS } from './mutations/time.ts'
import { noise } from './noise.ts'
import type { Random } from './random.ts'
import { restructured } from './restructured.ts'
import { bytesOf, honest, OWN_URI, signedNow } from './shipments.ts'
import type { Address, Shipment } from './shipments.ts'

/** One input, and what must become of it. */
export interface Input {
  /** The mutation it is made by, or `noise`, `honest`, `odd`. */
  readonly kind: string
  /** Only what was really signed may be taken, however odd its content. */
  readonly isAuthentic: boolean
  readonly shipment: Shipment
}

const INSIDE: Readonly<Record<string, Mutation>> = {
  ...HEADER_MUTATIONS,
  ...BODY_MUTATIONS,
  ...TIME_MUTATIONS,
  ...KEY_MUTATIONS,
  ...STRUCTURE_MUTATIONS,
}
const OVER_HTTP: Readonly<Record<string, Mutation>> = { ...INSIDE, ...FRAMING_MUTATIONS }

/** The names of all kinds of forgeries, with those that only HTTP shows. */
export const KINDS: readonly string[] = [...Object.keys(OVER_HTTP), 'noise']

/** Makes inputs, the same ones for the same random numbers; no two authentic ones are alike. */
export interface Inputs {
  /** Must be refused: an honest delivery with one mutation every other time, else noise. */
  readonly forged: (address: Address) => Input
  /** Must be taken: as a provider sends it. */
  readonly honest: (address: Address) => Input
  /** Must be taken: signed, but its content is nothing we understand. */
  readonly odd: (address: Address) => Input
}

/** Inputs by these random numbers; those for HTTP may be wrong in their frame as well. */
export function inputsFrom(
  random: Random,
  { now, frames }: { now: () => number; frames: boolean },
): Inputs {
  const mutations = Object.entries(frames ? OVER_HTTP : INSIDE) as [
    [string, Mutation],
    ...[string, Mutation][],
  ]
  let made = 0
  const fresh = (address: Address) => {
    made += 1
    return honest(address, { n: `${made}-${random.below(2 ** 31)}`, now: now() })
  }

  function mutated(address: Address): Input {
    const from = fresh(address)
    for (;;) {
      const [kind, mutate] = random.one(mutations)
      const shipment = mutate(from, random)
      // Chance may give back what it got: that would be no forgery.
      if (!bytesOf(shipment).equals(bytesOf(from))) return { kind, isAuthentic: false, shipment }
    }
  }

  return {
    forged(address) {
      if (random.below(2) === 0) return mutated(address)
      return { kind: 'noise', isAuthentic: false, shipment: noise(address, { random, now: now() }) }
    },
    honest: (address) => ({ kind: 'honest', isAuthentic: true, shipment: fresh(address) }),
    odd(address) {
      let body: Buffer = Buffer.alloc(0)
      // Without its own URI it could be the twin of another: a copy, and stored once.
      while (!body.includes(OWN_URI)) body = restructured(fresh(address).body, random)
      const shipment = signedNow(address, { body, now: now() })
      return { kind: 'odd', isAuthentic: true, shipment }
    },
  }
}
