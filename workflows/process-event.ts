import { isCancellation, proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import { A_BURST, A_LOOK, OUR_ROWS } from './activity-options.ts'
import {
  type BurstInput,
  type BurstResult,
  type EventInput,
  type EventResult,
  INTEGRATIONS_QUEUE,
} from './contract.ts'

const { applyEvent, applyBelieved } = proxyLocalActivities<Activities>(OUR_ROWS)
/** Calls to a provider are made where owners make theirs, never by a worker of the ingress. */
const { applyReread } = proxyActivities<Activities>({ ...A_LOOK, taskQueue: INTEGRATIONS_QUEUE })
const { applyBurst } = proxyLocalActivities<Activities>(A_BURST)

/** One inbound event becomes prospect, meeting and frames in one transaction, or is set aside. */
export async function processEvent(input: EventInput): Promise<EventResult> {
  const end = await applyEvent(input)
  return end === 'doubtful' ? lookFirst(input) : end
}

/** A delivery that may tell less than happened is applied together with what the provider shows. */
async function lookFirst(input: EventInput): Promise<EventResult> {
  try {
    return await applyReread(input)
  } catch (error) {
    if (isCancellation(error)) throw error
    return applyBelieved(input)
  }
}

/** Many events under backlog, a few to a transaction; ill ones get a workflow of their own. */
export async function processBurst({ events }: BurstInput): Promise<BurstResult> {
  return applyBurst({ events })
}
