import { proxyLocalActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import { A_BURST, OUR_ROWS } from './activity-options.ts'
import type { BurstInput, BurstResult, EventInput, EventResult } from './contract.ts'

const { applyEvent } = proxyLocalActivities<Activities>(OUR_ROWS)
const { applyBurst } = proxyLocalActivities<Activities>(A_BURST)

/** One inbound event becomes prospect, meeting and frames in one transaction, or is set aside. */
export async function processEvent(input: EventInput): Promise<EventResult> {
  return applyEvent(input)
}

/** Many events under backlog, a few to a transaction; ill ones get a workflow of their own. */
export async function processBurst({ events }: BurstInput): Promise<BurstResult> {
  return applyBurst({ events })
}
