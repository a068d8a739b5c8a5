import { proxyLocalActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import { OUR_ROWS } from './activity-options.ts'
import type { OperationInput, SeriesResult } from './contract.ts'

const { makeSeries } = proxyLocalActivities<Activities>(OUR_ROWS)

/** All sessions of a series with their credits in one transaction, or none and the reason. */
export async function createSessionSeries(input: OperationInput): Promise<SeriesResult> {
  return makeSeries(input)
}
