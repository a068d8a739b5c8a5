/** One inbound event of one organization. */
export interface EventRow {
  readonly organizationId: string
  readonly eventId: string
}

/** How an event ended; `held` waits for its integration to be resumed. */
export type EventEnd = 'processed' | 'quarantined' | 'parked' | 'dropped' | 'held'
