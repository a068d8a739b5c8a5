/** Where deliveries go, and for whom they are signed. */
export interface Target {
  readonly port: number
  readonly path: string
  readonly signingKey: string
  readonly account: { readonly userUri: string; readonly email: string }
}

/** How the load process learns that a booking is visible to a person. */
export type Watch =
  | { readonly by: 'socket'; readonly url: string; readonly token: string }
  | { readonly by: 'notify'; readonly databaseUrl: string; readonly channel: string }

/** What the load process can be asked for. */
export type Job =
  | {
      readonly kind: 'burst'
      readonly target: Target
      readonly count: number
      readonly connections: number
    }
  | {
      readonly kind: 'paced'
      readonly target: Target
      readonly count: number
      readonly perSecond: number
      readonly watch: Watch
    }
  | {
      readonly kind: 'besieged'
      readonly target: Target
      readonly count: number
      readonly perSecond: number
      readonly forgedPerValid: number
    }

/** What it measured; times of day are epoch milliseconds. */
export interface Measured {
  readonly beganAt: number
  readonly endedAt: number
  /** Milliseconds: of paced bookings to the sight of them, of all others to the answer. */
  readonly p50: number
  readonly p99: number
}
