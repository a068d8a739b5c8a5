import { makeSeries as makeSeriesRows } from '../db/series.ts'
import type { ActivityDeps } from './deps.ts'

/** A series that somebody asked for, by the operation that makes it. */
interface SeriesRef {
  readonly organizationId: string
  readonly operationId: string
}

/** What sessions need of the database. */
export function createSessionActivities({ database }: ActivityDeps) {
  /** Every session of a series and its credit, once; what was made or refused already stays so. */
  async function makeSeries({ organizationId, operationId }: SeriesRef) {
    return database.withTenant(organizationId, (tx) => makeSeriesRows(tx, operationId))
  }

  return { makeSeries }
}
