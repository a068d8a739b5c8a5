import { sql } from 'kysely'
import { isActive } from '../domain/integration-status.ts'
import type { OwnerReport } from '../domain/owner-state.ts'
import { INTEGRATION_COLUMNS, type IntegrationJson, integrationJson } from './integration-json.ts'
import { finishUpTo } from './operation-endings.ts'
import type { TenantTx } from './tenant.ts'

/**
 * Writes what the owner sees and, with a revision, the outcome of every operation up to it. Tells
 * the sockets when something but the time of the last look has changed.
 */
export async function projectReport(tx: TenantTx, id: string, report: OwnerReport): Promise<void> {
  const { trx, organizationId } = tx
  const { projection, observedRevision, outcome } = report
  const before = await trx
    .selectFrom('integration')
    .select([...INTEGRATION_COLUMNS, 'wanted'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (before === undefined) throw new Error(`integration ${id}: no such row`)
  const { status, reason, nextStep } = projection
  // A person disconnected after this report was made: their commit has stopped the intake, and
  // nothing may make the row look connected again. Or they came back: then it is not disconnected.
  const isLeaving = before.wanted === 'disconnected'
  const isOvertaken = isLeaving !== (status === 'disconnected')
  const after = await trx
    .updateTable('integration')
    .set({
      ...(isOvertaken ? { status: isLeaving ? 'disconnecting' : 'connecting' } : { status }),
      reason,
      next_step: nextStep,
      webhook_active: projection.webhookActive && !isOvertaken,
      webhook_subscription_uri: projection.webhookUri,
      callback_url: projection.callbackUrl,
      checked_at: projection.checkedAt === null ? null : new Date(projection.checkedAt),
      ...(isActive(status) && { connected_at: sql<Date>`coalesce(connected_at, now())` }),
      ...(status === 'disconnected' &&
        !isOvertaken && {
          disconnected_at: sql<Date>`coalesce(disconnected_at, now())`,
          disconnected_by: sql<string>`coalesce(disconnected_by, (
          select o.user_id from operation o where o.organization_id = integration.organization_id
            and o.integration_id = integration.id and o.kind = 'disconnect'
          order by o.created_at desc limit 1))`,
        }),
      ...(observedRevision !== null && { observed_revision: observedRevision }),
      updated_at: sql<Date>`now()`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returning(INTEGRATION_COLUMNS)
    .executeTakeFirstOrThrow()
  if (observedRevision !== null && outcome !== null)
    await finishUpTo(tx, {
      integrationId: id,
      revision: observedRevision,
      outcome,
      reason,
      nextStep,
    })
  const [was, is] = [integrationJson(before), integrationJson(after)]
  if (told(was) !== told(is)) tx.emit('integration:updated', is, [is.user_id])
}

const told = (shown: IntegrationJson): string => JSON.stringify({ ...shown, checked_at: null })

/** Whether the row wants nothing beyond this revision, so that its owner may end. */
export async function closeIntegration(
  { trx, organizationId }: TenantTx,
  id: string,
  revision: number,
): Promise<boolean> {
  const row = await trx
    .selectFrom('integration')
    .select(['wanted', 'wanted_revision'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row?.wanted === 'disconnected' && row.wanted_revision === revision
}
