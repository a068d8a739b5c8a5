import { applyBooking } from '../db/bookings.ts'
import { addToSyncRun, beginSyncRun, finishSyncRun } from '../db/sync.ts'
import type { JobResult, SyncCursor } from '../domain/owner-state.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { ActivityDeps, OwnedJob } from './deps.ts'
import { jobResultOf } from './job-results.ts'
import { reachOf } from './reach.ts'
import { type Place, readPage, type Seen } from './sync-pages.ts'

const DAY = 24 * 60 * 60_000
/** Spec section 5: at connect the past 30 and the next 365 days; afterwards a sliding window. */
const PAST_DAYS = 30
const NEXT_DAYS = 365
/** A window reaches back over the 24 hours of a provider's own retries, twice. */
const WINDOW_PAST_DAYS = 2
/** One transaction for fifty people keeps locks short and commits few. */
const BATCH = 50

/** A page of the sync, and where it stands. */
export interface SyncInput extends OwnedJob {
  readonly cursor: SyncCursor | null
  readonly first: boolean
}

/** Fetching bookings: what no webhook brought is found here. */
export function createSyncActivities(deps: ActivityDeps) {
  const { database } = deps

  /** One page of slots with all their people, through the same effect as a delivery. */
  async function syncPage(input: SyncInput): Promise<JobResult> {
    const { integrationId } = input
    const reach = await reachOf(deps, input, 'current')
    if (reach === undefined) return { kind: 'unauthorized' }
    const place = input.cursor ?? opening(input)
    try {
      const { seen, unreadable, nextPage, restMs } = await readPage(reach, place)
      const found = await applyAll(input, reach.provider.name, seen)
      const next = await record(input, {
        place,
        counts: { seen: seen.length, ...found },
        after: nextPlace(place, nextPage),
      })
      const counts = { ...found, seen: seen.length, unreadable }
      deps.log.info({ integrationId, ...counts }, 'sync page')
      const ill = unreadable === 0 ? '' : `, ${unreadable} could not be read`
      const text = `${seen.length} seen, ${found.created} new, ${found.changed} changed${ill}`
      return { kind: 'page', found: text, next, ...(restMs > 0 && { restMs }) }
    } catch (error) {
      return jobResultOf(error)
    }
  }

  async function applyAll(
    { organizationId, integrationId }: SyncInput,
    provider: ProviderName,
    seen: readonly Seen[],
  ): Promise<Found> {
    const found = { created: 0, changed: 0 }
    for (let at = 0; at < seen.length; at += BATCH)
      await database.withTenant(organizationId, async (tx) => {
        for (const { slot, invitee } of seen.slice(at, at + BATCH)) {
          const event = { provider, kind: 'seen', slot, invitee } as const
          const applied = await applyBooking(tx, { integrationId, event, eventId: null })
          found.created += applied.created ? 1 : 0
          found.changed += applied.changed && !applied.created ? 1 : 0
        }
      })
    return found
  }

  /** Counts the page on its run, which the first page opens and the last one closes. */
  async function record(
    { organizationId, integrationId, cursor, now }: SyncInput,
    { place, counts, after }: Page,
  ): Promise<SyncCursor | null> {
    // What a window finds new, no webhook brought; before the hook stood, none could.
    const missedByHook = place.kind === 'window' ? counts.created : 0
    return database.withTenant(organizationId, async (tx) => {
      const runId = cursor?.runId ?? (await beginSyncRun(tx, { ...place, integrationId, now }))
      await addToSyncRun(tx, { runId, ...counts, missedByHook })
      if (after === null) await finishSyncRun(tx, { runId, now })
      return after === null ? null : { ...after, runId }
    })
  }

  return { syncPage }
}

interface Found {
  readonly created: number
  readonly changed: number
}

interface Page {
  readonly place: Place
  readonly counts: Found & { readonly seen: number }
  readonly after: Place | null
}

function opening({ now, first }: SyncInput): Place {
  return {
    kind: first ? 'backfill' : 'window',
    phase: 'active',
    pageToken: null,
    from: now - (first ? PAST_DAYS : WINDOW_PAST_DAYS) * DAY,
    to: now + NEXT_DAYS * DAY,
  }
}

/** The active bookings first, because people wait for those; then the canceled ones. */
function nextPlace(place: Place, nextPage: string | null): Place | null {
  if (nextPage !== null) return { ...place, pageToken: nextPage }
  return place.phase === 'active' ? { ...place, phase: 'canceled', pageToken: null } : null
}
