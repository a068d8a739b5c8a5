/** One cause of an integration's state, and what to do. */
export interface Finding {
  readonly code: string
  readonly cause: string
  readonly next_step: string
  readonly detail: string | null
}

/** What an integration says of itself when it is asked why. */
export interface Explanation {
  readonly id: string
  readonly summary: string
  readonly findings: readonly Finding[]
  readonly owner: string
  readonly next_due: { readonly what: string; readonly at: string } | null
  readonly hook: {
    readonly state: string
    readonly remoteUri: string | null
    readonly callbackUrl: string | null
    readonly checkedAt: string | null
    readonly retrying: boolean
    readonly refusal: string | null
  } | null
  readonly token: {
    readonly generation: number
    readonly issued_at: string | null
    readonly expires_at: string | null
    readonly dead: string | null
  } | null
  readonly decisions: readonly {
    readonly at: string | null
    readonly did: string
    readonly found: string
  }[]
  readonly dropped_late: number
  readonly workflow_id: string
  readonly workflow_url: string | null
}

/** An interval in which deliveries may have been lost. */
export interface Gap {
  readonly id: string
  readonly reason: string
  readonly opened_at: string
  readonly ended_at: string | null
  readonly closed_at: string | null
  readonly provider_count: number | null
  readonly own_count: number | null
  readonly recovered: number | null
}

/** One delivery or find, and what became of it. */
export interface InboundEvent {
  readonly id: string
  readonly integration_id: string | null
  readonly provider: string
  readonly source: string
  readonly kind: string
  readonly status: string
  readonly reason: string | null
  readonly received_at: string
}

/** How often deliveries to one integration were refused, by reason. */
export interface RefusedDeliveries {
  readonly integration_id: string
  readonly provider: string
  readonly refused: readonly {
    readonly reason: string
    readonly count: number
    readonly is_alarm: boolean
    readonly meaning: string
  }[]
}

/** What handling an event again would change, or what it has begun. */
export interface ReplayAnswer {
  readonly event_id: string
  readonly status: string
  readonly reason: string | null
  readonly changes: readonly { readonly event: string; readonly fields: readonly string[] }[]
}

/** An event that waits for a missing fact. */
export interface ParkedItem {
  readonly id: string
  readonly event_id: string
  readonly reason: string
  readonly waits_for: string | null
  readonly created_at: string
}
