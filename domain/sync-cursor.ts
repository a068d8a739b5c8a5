/** Where a running sync stands. `phase` walks the active bookings first, then the canceled. */
export interface SyncCursor {
  readonly kind: 'backfill' | 'window' | 'gap'
  readonly runId: string
  /** A doubt that ended later than this is not covered by it. */
  readonly startedAt: number
  readonly phase: 'active' | 'canceled'
  readonly pageToken: string | null
  /** How many slots of this page have been read: a slow provider gives a page in portions. */
  readonly skip?: number
  /** The provider had forgotten a place in its list, and this sync began again, as it does once. */
  readonly isAnew?: true
  readonly from: number
  readonly to: number
}
