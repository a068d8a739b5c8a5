import type { TenantTx } from '../db/database.ts'
import { addToGap, type OpenGap, openGaps } from '../db/gaps.ts'
import { heldAsShown, storedKeys } from '../db/heard.ts'
import { touchedIn } from '../domain/gap-interval.ts'
import type { SyncCursor } from '../domain/owner-state.ts'
import type { Listening } from '../domain/owner-sync.ts'
import type { Webhook } from '../providers/provider.ts'
import type { Reach } from './reach.ts'
import type { Seen } from './sync-pages.ts'

/** A page of a sync that has been read. */
export interface Page {
  readonly place: SyncCursor
  readonly reach: Reach
  readonly seen: readonly Seen[]
}

interface Booked {
  readonly integrationId: string
  readonly booked: readonly Seen[]
  readonly reach: Reach
}

/** Those that no delivery brought: one that is held or waits its turn is not missing. */
export async function undelivered(tx: TenantTx, { integrationId, booked, reach }: Booked) {
  const { bookedKey } = reach.provider.webhook
  if (bookedKey === undefined) return booked
  const keys = booked.map(({ invitee }) => bookedKey(invitee.uri))
  const stored = await storedKeys(tx, { integrationId, keys })
  return booked.filter(({ invitee }) => !stored.has(bookedKey(invitee.uri)))
}

/** What the provider shows of each gap that this sync covers, and what our own records show of it. */
export async function countForGaps(
  tx: TenantTx,
  integrationId: string,
  { place, reach, seen }: Page,
): Promise<void> {
  const gaps = await openGaps(tx, integrationId)
  const covered = gaps.filter(({ endedAt }) => endedAt !== null && endedAt <= place.startedAt)
  if (covered.length === 0) return
  const shown = seen.map(({ invitee }) => invitee)
  const held = await heldAsShown(tx, { provider: reach.provider.name, shown })
  for (const gap of covered) {
    const inside = within(gap, seen)
    const own = inside.filter(({ invitee }) => held.has(invitee.uri)).length
    await addToGap(tx, { id: gap.id, shown: { provider: inside.length, own } })
  }
}

/** Those that were made or changed inside a gap. */
export const within = (gap: OpenGap, seen: readonly Seen[]): Seen[] =>
  seen.filter((one) => touchedIn(gap, one))

/** The bookings of a page that a hook should have brought, by the key of their delivery. */
export function bookedWithin(
  listening: Listening | null | undefined,
  seen: readonly Seen[],
  { bookedKey }: Webhook,
) {
  if (listening == null || bookedKey === undefined) return []
  const { since, until } = listening
  return seen.flatMap(({ invitee }) => {
    const at = Date.parse(invitee.createdAt)
    return at > since && at <= until ? [{ key: bookedKey(invitee.uri), at: invitee.createdAt }] : []
  })
}
