import { type Client, WorkflowNotFoundError } from '@temporalio/client'
import type { OwnerExplanation } from '../domain/owner-state.ts'
import { explain } from '../workflows/contract.ts'

/** What was learnt of an owner: its own account, that none runs, or that nobody answers for it. */
export type OwnerTold =
  | ({ readonly kind: 'told' } & OwnerExplanation)
  | { readonly kind: 'gone' | 'workerDown' | 'engineDown' }

type Call = <T>(ask: (temporal: Client) => Promise<T>) => Promise<T>

/**
 * Asks an owner. The engine alone knows whether it runs: one that has ended would still be made to
 * answer by any worker, as if it lived. The answer itself takes a worker.
 */
export async function askOwner(call: Call, workflowId: string): Promise<OwnerTold> {
  try {
    const { status } = await call((temporal) => temporal.workflow.getHandle(workflowId).describe())
    if (status.name !== 'RUNNING') return { kind: 'gone' }
  } catch (error) {
    return { kind: error instanceof WorkflowNotFoundError ? 'gone' : 'engineDown' }
  }
  try {
    const told = await call((temporal) =>
      temporal.workflow.getHandle(workflowId).query<OwnerExplanation>(explain),
    )
    return { kind: 'told', ...told }
  } catch (error) {
    return { kind: error instanceof WorkflowNotFoundError ? 'gone' : 'workerDown' }
  }
}
