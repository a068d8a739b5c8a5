import type { OperationReport } from '../domain/operation.ts'
import type { OperationInput } from './contract.ts'
import { waitForOwner } from './operation-waiting.ts'

/** Tries what access is left; the outcome `needsConsent` says that only the person can help. */
export async function reconnectIntegration(input: OperationInput): Promise<OperationReport> {
  return waitForOwner(input)
}
