import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import type { OperationReport } from '../domain/operation.ts'
import { ONE_TRY, OUR_ROWS } from './activity-options.ts'
import type { OperationInput } from './contract.ts'
import { waitForOwner } from './operation-waiting.ts'

const { exchangeCode } = proxyActivities<Activities>(ONE_TRY)
const { giveUp } = proxyLocalActivities<Activities>(OUR_ROWS)

/** First consent: keep the grant, say what is wanted, wait on the row until the owner has seen it. */
export async function connectIntegration(input: OperationInput): Promise<OperationReport> {
  const exchanged = await exchangeOnce(input)
  if (exchanged !== 'kept') return giveUp({ ...input, why: exchanged })
  return waitForOwner(input)
}

/**
 * A worker lost in the exchange may have kept the grant. Asked again, the activity looks at the
 * row and never presents the code a second time.
 */
async function exchangeOnce(input: OperationInput) {
  try {
    return await exchangeCode(input)
  } catch {
    return exchangeCode(input).catch(() => 'unclear' as const)
  }
}
