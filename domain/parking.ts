/** Why an understood event has to wait, and the fact that ends the wait. */
export interface MissingFact {
  /** Told to people. */
  readonly reason: string
  /** Whoever makes the fact wakes everything parked under this name. */
  readonly waitsFor: string
}

/** What decides whether an event can have its effect now. */
export interface Purpose {
  readonly integrationId: string
  readonly purpose: 'prospects' | 'sessions'
}

/** The fact that a booking waits for which can become a meeting only; undefined for none. */
export function missingFact({ integrationId, purpose }: Purpose): MissingFact | undefined {
  if (purpose === 'prospects') return undefined
  return {
    reason: 'This integration is set to sessions, and bookings of this provider become none.',
    waitsFor: `purpose:${integrationId}`,
  }
}
