import type { Database } from '../db/database.ts'
import { countGapsAnew } from '../db/gaps.ts'
import { countSyncAnew } from '../db/sync.ts'
import type { JobResult, SyncCursor } from '../domain/owner-state.ts'
import { isProviderError, type ProviderError } from '../providers/failures.ts'
import type { OwnedJob } from './deps.ts'

/**
 * Whether a provider refuses a place in its list that it gave us itself: a page token lives for a
 * while only, and a worker may be away for longer.
 */
export const isStale = (error: unknown, { pageToken }: SyncCursor): error is ProviderError =>
  pageToken !== null && isProviderError(error, 'invalid', 'notFound')

interface Stale {
  readonly place: SyncCursor
  readonly error: ProviderError
}

/**
 * Begins the same sync at its first page, with its window and what it has written, and counts
 * anew. Once: a provider that refuses a second place of one sync would be read in circles.
 */
export async function beginAnew(
  database: Pick<Database, 'withTenant'>,
  { organizationId, integrationId }: OwnedJob,
  { place, error }: Stale,
): Promise<JobResult> {
  const { runId, startedAt } = place
  if (place.isAnew === true) return { kind: 'refused', refusal: 'request', found: error.message }
  await database.withTenant(organizationId, async (tx) => {
    await countSyncAnew(tx, runId)
    await countGapsAnew(tx, { integrationId, startedAt })
  })
  return {
    kind: 'page',
    found: 'the provider no longer knows where its list was left; it is read from the start',
    next: { ...place, phase: 'active', pageToken: null, skip: 0, isAnew: true },
    startedAt,
    unheard: 0,
  }
}
