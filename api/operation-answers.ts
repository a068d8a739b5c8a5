import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import { readOperation } from '../db/operations.ts'
import type { Operation } from '../db/operations.ts'

/** A person is told the outcome within five seconds, or sees progress: stay below with the answer. */
export const PATIENCE_MS = 4_000
/** Ten looks a second at one row by its key: unnoticeable for the database, instant for a person. */
const LOOK_EVERY_MS = 100

/** Which operation of which organization. */
export interface OperationKey {
  readonly organizationId: string
  readonly operationId: string
}

/** The operation once it has ended, or as it is when patience runs out. */
export async function waitForOutcome(
  database: Database,
  { organizationId, operationId }: OperationKey,
  patienceMs: number,
): Promise<Operation | undefined> {
  const look = () => database.withTenant(organizationId, (tx) => readOperation(tx, operationId))
  return lookUntil(look, isDone, patienceMs)
}

const isDone = (row: Operation | undefined): boolean => row === undefined || row.outcome !== null

/** What a row says once it is done, or as it is when patience runs out. */
export async function lookUntil<Row>(
  look: () => Promise<Row>,
  isDone: (row: Row) => boolean,
  patienceMs: number,
): Promise<Row> {
  const until = Date.now() + patienceMs
  for (;;) {
    const row = await look()
    if (isDone(row) || Date.now() >= until) return row
    await pause(LOOK_EVERY_MS)
  }
}

/** An operation as a connect attempt is told. */
export const attemptOf = (operation: Operation) => ({
  attemptId: operation.id,
  kind: operation.kind,
  provider: operation.provider,
  progress: operation.progress,
  outcome: operation.outcome,
  reason: operation.reason,
  nextStep: operation.nextStep,
  integrationId: operation.integrationId,
  createdAt: operation.createdAt.toISOString(),
  finishedAt: operation.finishedAt?.toISOString() ?? null,
})
