import { lockBookings } from '../db/booking-load.ts'
import { applyBooking } from '../db/bookings.ts'
import { addToGap, closeGaps, openGaps } from '../db/gaps.ts'
import { countUnheard } from '../db/heard.ts'
import { addToSyncRun, countPage, finishSyncRun } from '../db/sync.ts'
import type { JobResult, SyncCursor } from '../domain/owner-state.ts'
import type { Listening } from '../domain/owner-sync.ts'
import type { ActivityDeps, OwnedJob } from './deps.ts'
import { jobResultOf } from './job-results.ts'
import { reachOf } from './reach.ts'
import { beginAnew, isStale } from './sync-anew.ts'
import { bookedWithin, countForGaps, type Page, undelivered, within } from './sync-counts.ts'
import { createSessionSync } from './session-sync.ts'
import { readPage, type Seen, type SyncPage } from './sync-pages.ts'
import { openSync } from './sync-window.ts'

/** One transaction for fifty people keeps locks short and commits few. */
const BATCH = 50

/** A page of the sync, and where it stands. */
export interface SyncInput extends OwnedJob {
  readonly cursor: SyncCursor | null
  readonly first: boolean
  /** Bookings made between these times should have been delivered; none where left out. */
  readonly listening?: Listening | null
}

/** Fetching bookings: what no webhook brought is found here. */
export function createSyncActivities(deps: ActivityDeps) {
  const { database } = deps
  const { applySessions } = createSessionSync(deps)

  /** One page of slots with all their people, through the same effect as a delivery. */
  async function syncPage(input: SyncInput): Promise<JobResult> {
    const { organizationId, integrationId } = input
    const reach = await reachOf(deps, input, 'current')
    if (reach === undefined) return { kind: 'unauthorized' }
    const place =
      input.cursor ?? (await database.withTenant(organizationId, (tx) => openSync(tx, input)))
    try {
      const page = await readPage(reach, place)
      const { unreadable, restMs } = page
      const isOfSessions = reach.purpose === 'sessions'
      // Of sessions no meeting is kept, and so none can be missing.
      const seen = isOfSessions ? [] : page.seen
      const found = isOfSessions
        ? await applySessions(input, { place, reach, sessions: page.sessions })
        : await applyAll(input, { place, reach, seen })
      const next = nextPlace(place, page)
      const unheard = await record(input, { place, reach, seen, isLast: next === null })
      const count = isOfSessions ? page.sessions.length : seen.length
      const counts = { ...found, seen: count, unreadable, unheard }
      deps.log.info({ integrationId, ...counts }, 'sync page')
      const ill = unreadable === 0 ? '' : `, ${unreadable} could not be read`
      const silent = unheard === 0 ? '' : `, ${unheard} that the webhook should have brought`
      const text = `${count} seen, ${found.created} new, ${found.changed} changed`
      return {
        kind: 'page',
        found: `${text}${silent}${ill}`,
        next,
        startedAt: place.startedAt,
        unheard,
        ...(restMs > 0 && { restMs }),
      }
    } catch (error) {
      if (isStale(error, place)) return beginAnew(database, input, { place, error })
      return jobResultOf(error)
    }
  }

  /** Counted in the transaction that wrote it: a page read twice finds nothing the second time. */
  async function applyAll(
    { organizationId, integrationId }: SyncInput,
    { place, reach, seen }: Page,
  ): Promise<Found> {
    const found = { created: 0, changed: 0 }
    for (let at = 0; at < seen.length; at += BATCH) {
      const batch = await database.withTenant(organizationId, async (tx) => {
        const [booked, others]: [Seen[], Seen[]] = [[], []]
        const batched = seen.slice(at, at + BATCH).map((one) => {
          return { one, event: { provider: reach.provider.name, kind: 'seen', ...one } as const }
        })
        await lockBookings(
          tx,
          batched.map(({ event }) => event),
        )
        for (const { one, event } of batched) {
          const applied = await applyBooking(tx, { integrationId, event, eventId: null })
          if (applied !== 'erased' && applied.changed) (applied.created ? booked : others).push(one)
        }
        const counts = { created: booked.length, changed: others.length }
        if (counts.created + counts.changed === 0) return counts
        const missed = await undelivered(tx, { integrationId, booked, reach })
        // What a later sync finds new, no webhook brought; before the hook stood, none could.
        const missedByHook = place.kind === 'backfill' ? 0 : missed.length
        const news = [...missed, ...others]
        await addToSyncRun(tx, { runId: place.runId, ...counts, missedByHook })
        for (const gap of await openGaps(tx, integrationId))
          await addToGap(tx, { id: gap.id, recovered: within(gap, news).length })
        return counts
      })
      found.created += batch.created
      found.changed += batch.changed
    }
    return found
  }

  /** Counts the page once; after the last one, closes the run and the gaps that it covered. */
  async function record(
    { organizationId, integrationId, listening, now }: SyncInput,
    { place, reach, seen, isLast }: Page & { readonly isLast: boolean },
  ): Promise<number> {
    const { runId, startedAt } = place
    const { webhook } = reach.provider
    const booked = place.kind === 'backfill' ? [] : bookedWithin(listening, seen, webhook)
    return database.withTenant(organizationId, async (tx) => {
      const unheard = await countUnheard(tx, { integrationId, booked })
      const page = { runId, place: placeName(place), seen: seen.length, unheard }
      if (await countPage(tx, page)) await countForGaps(tx, integrationId, { place, reach, seen })
      if (!isLast) return unheard
      await closeGaps(tx, { integrationId, startedAt, runId, now })
      await finishSyncRun(tx, { runId, now })
      return unheard
    })
  }

  return { syncPage }
}

interface Found {
  readonly created: number
  readonly changed: number
}

const placeName = ({ phase, pageToken, skip = 0 }: SyncCursor): string =>
  `${phase} ${pageToken ?? ''}${skip === 0 ? '' : ` from ${skip}`}`

/** The active bookings first, because people wait for those; then the canceled ones. */
function nextPlace(
  place: SyncCursor,
  { nextPage, nextSkip }: Pick<SyncPage, 'nextPage' | 'nextSkip'>,
): SyncCursor | null {
  if (nextSkip !== null) return { ...place, skip: nextSkip }
  if (nextPage !== null) return { ...place, pageToken: nextPage, skip: 0 }
  return place.phase === 'active' ? { ...place, phase: 'canceled', pageToken: null, skip: 0 } : null
}
