import type { TenantTx } from '../db/database.ts'
import { countGapsAnew, openGaps } from '../db/gaps.ts'
import { beginSyncRun, hasReachedBack } from '../db/sync.ts'
import type { SyncCursor } from '../domain/owner-state.ts'

const DAY = 24 * 60 * 60_000
/** Spec section 5: at connect the past 30 and the next 365 days; afterwards a sliding window. */
const PAST_DAYS = 30
const NEXT_DAYS = 365
/** A window reaches back over the 24 hours of a provider's own retries, twice. */
const WINDOW_PAST_DAYS = 2

interface Opening {
  readonly integrationId: string
  readonly now: number
  /** Nothing of this account was ever read. */
  readonly first: boolean
}

/**
 * Opens a sync that reaches back far enough for every gap that is not closed. Calendly lists by
 * start time alone, so what changed in a gap is looked for among the meetings of the month before
 * it: people are marked as absent after their meeting.
 */
export async function openSync(
  tx: TenantTx,
  { integrationId, now, first }: Opening,
): Promise<SyncCursor> {
  const gaps = await openGaps(tx, integrationId)
  const coverable = gaps.filter(({ endedAt }) => endedAt !== null && endedAt <= now)
  const month = now - PAST_DAYS * DAY
  const kind = first ? 'backfill' : coverable.length > 0 ? 'gap' : 'window'
  // While a doubt lasts, syncs are all there is: once a day they look as far back as at connect.
  const isDeep =
    first ||
    (gaps.length > 0 &&
      !(await hasReachedBack(tx, { integrationId, from: month + DAY, since: now - DAY })))
  const from = Math.min(
    isDeep ? month : now - WINDOW_PAST_DAYS * DAY,
    ...coverable.map(({ openedAt }) => openedAt - PAST_DAYS * DAY),
  )
  const window = { kind, from, to: now + NEXT_DAYS * DAY } as const
  const runId = await beginSyncRun(tx, { ...window, integrationId, now })
  await countGapsAnew(tx, { integrationId, startedAt: now })
  return { ...window, runId, startedAt: now, phase: 'active', pageToken: null }
}
