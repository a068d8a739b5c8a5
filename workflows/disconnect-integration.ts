import type { OperationReport } from '../domain/operation.ts'
import type { OperationInput } from './contract.ts'
import { waitForOwner } from './operation-waiting.ts'

/** Intake stopped with the request; waits until the owner has cleaned up or named what it owes. */
export async function disconnectIntegration(input: OperationInput): Promise<OperationReport> {
  return waitForOwner(input)
}
