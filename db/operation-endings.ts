import { sql } from 'kysely'
import type { OperationReport } from '../domain/operation.ts'
import type { TenantTx } from './tenant.ts'

/** What an operation is from its end on: it holds no secret any more. */
export const ending = ({ outcome, reason, nextStep }: OperationReport) => ({
  outcome,
  reason,
  next_step: nextStep,
  progress: 'done' as const,
  finished_at: sql<Date>`now()`,
  code: null,
  code_verifier: null,
})

/** Ends an operation with what the person is told; the first ending stays. */
export async function finishOperation(
  { trx, organizationId }: TenantTx,
  id: string,
  report: OperationReport,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('operation')
    .set(ending(report))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Ends an operation whose time for the person's answer has run out; later ones stay as they are. */
export async function endExpired({ trx, organizationId }: TenantTx, id: string): Promise<void> {
  await trx
    .updateTable('operation')
    .set(ending(EXPIRED))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .where('progress', 'in', ['created', 'opened'])
    .where('expires_at', '<=', sql<Date>`now()`)
    .execute()
}

const EXPIRED: OperationReport = {
  outcome: 'failed',
  reason: 'The time to give consent has expired.',
  nextStep: 'Start again.',
}

/**
 * Ends every operation of an integration up to a revision: the newest gets the outcome, an older
 * one is `superseded` and says by what.
 */
export async function finishUpTo(
  tx: TenantTx,
  {
    integrationId,
    revision,
    ...report
  }: OperationReport & {
    readonly integrationId: string
    readonly revision: number
  },
): Promise<void> {
  const { trx, organizationId } = tx
  const rows = await trx
    .selectFrom('operation')
    .select(['id', 'wanted_revision'])
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('finished_at', 'is', null)
    .where('wanted_revision', '<=', revision)
    .orderBy('wanted_revision', 'desc')
    .forUpdate()
    .execute()
  const superseded: OperationReport = {
    outcome: 'superseded',
    reason: `A later request won; its outcome is ${report.outcome}.`,
    nextStep: report.nextStep,
  }
  for (const [index, { id }] of rows.entries())
    await finishOperation(tx, id, index === 0 ? report : superseded)
}
