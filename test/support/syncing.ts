import assert from 'node:assert/strict'
import type { JobResult, SyncCursor } from '../../domain/owner-state.ts'
import type { World } from '../db/world.ts'
import type { Stage } from './connected.ts'

/** What a test of the sync asks and does, on the stage that is set when it does so. */
export function syncing(world: () => World, stage: () => Stage) {
  const page = (cursor: SyncCursor | null = null, first = true): Promise<JobResult> =>
    stage().activities.syncPage({ ...stage().job(), cursor, first })
  const query = async (sql: string) =>
    (await world().owner.query(sql, [stage().organizationId])).rows

  return {
    page,
    query,
    /** Reads every page, as the owner does; answers how many there were. */
    async sync(first = true): Promise<number> {
      let cursor: SyncCursor | null = null
      for (let pages = 1; ; pages += 1) {
        const result = await page(cursor, first)
        assert.equal(result.kind, 'page')
        cursor = result.kind === 'page' ? result.next : null
        if (cursor === null) return pages
      }
    },
    book: async (name: string, more: object = {}) => {
      const invitee = { email: `${name}@prospect.test`, name }
      return (await stage().visitor.book({ invitee, ...more })).body
    },
    meetings: () =>
      query(`select status, count(*)::int as count from meeting where organization_id = $1
        and merged_into is null group by status order by status`),
    runs: () =>
      query(`select kind, seen, created, changed, missed_by_hook,
        finished_at is not null as finished
        from sync_run where organization_id = $1 order by started_at, id`),
  }
}
