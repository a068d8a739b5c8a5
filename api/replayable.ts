/** What has ended; a parked or held event has its own way on, and a received one is on it. */
export const REPLAYABLE = ['processed', 'quarantined', 'dropped'] as const

/** As many dry runs as a person waits for, and as many bookings as one look at them can grasp. */
export const REPLAYED_AT_ONCE = 50
