/** A delivery as it came over the wire, unverified. */
export interface Arrival {
  readonly signature: string | readonly string[] | undefined
  readonly rawBody: Uint8Array
  readonly userAgent: string | undefined
}
