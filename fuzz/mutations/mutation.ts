import type { Random } from '../random.ts'
import type { Honest, Shipment } from '../shipments.ts'

/** One change that makes an honest shipment one that must be refused. */
export type Mutation = (honest: Honest, random: Random) => Shipment

/** The same shipment under another signature. */
export const under = (honest: Honest, ...signatures: readonly string[]): Shipment => ({
  ...honest,
  signatures,
})

/** The same signature over another body. */
export const over = (honest: Honest, body: Buffer): Shipment => ({ ...honest, body })

/** The digest of an honest shipment. */
export const digestOf = ({ signatures }: Honest): string => signatures[0]?.split('v1=')[1] ?? ''

/** The text with something else from one place to another. */
export const spliced = (
  text: string,
  { at, until = at, put = '' }: { at: number; until?: number; put?: string },
): string => text.slice(0, at) + put + text.slice(until)
