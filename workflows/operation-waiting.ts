import {
  condition,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import type { OwnerHint } from '../domain/owner-state.ts'
import type { OperationReport } from '../domain/operation.ts'
import { A_MESSAGE, OUR_ROWS } from './activity-options.ts'
import { lookAgain, type OperationInput } from './contract.ts'

const { readOutcome, giveUp } = proxyLocalActivities<Activities>(OUR_ROWS)
const { nudgeOwner } = proxyActivities<Activities>(A_MESSAGE)

/** The person watches for the first seconds; after that a look every fifteen is enough. */
const PAUSES_SECONDS = [1, 2, 5, 7] as const
const SLOW_PAUSE_SECONDS = 15
/** Nobody waits longer than ten minutes for an operation; the owner goes on without it. */
const PATIENCE_SECONDS = 600

/**
 * Tells the owner that something is wanted and waits, on the row, until it has reported. A lost
 * nudge is repeated; an owner that can't act within ten minutes leaves the operation failed.
 */
export async function waitForOwner(
  input: OperationInput,
  hint?: OwnerHint,
): Promise<OperationReport> {
  let woken = false
  setHandler(lookAgain, () => void (woken = true))
  for (const pause of pauses()) {
    // Where it can't be sent, the sweeper wakes the owner, and patience still ends.
    await nudgeOwner(hint === undefined ? input : { ...input, hint }).catch(unlessCancelled)
    const report = await readOutcome(input)
    if (report !== null) return report
    await condition(() => woken, pause * 1000)
    woken = false
  }
  return giveUp({ ...input, why: 'timedOut' })
}

function unlessCancelled(error: unknown): void {
  if (isCancellation(error)) throw error
}

function* pauses(): Generator<number> {
  let waited = 0
  for (let look = 0; waited < PATIENCE_SECONDS; look += 1) {
    const pause = PAUSES_SECONDS[look] ?? SLOW_PAUSE_SECONDS
    waited += pause
    yield pause
  }
}
