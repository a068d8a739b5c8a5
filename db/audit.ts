import { newId } from './ids.ts'
import { pageOf } from './page.ts'
import type { TenantTx } from './tenant.ts'

interface AuditEntry {
  readonly actorUserId: string | null
  /** What was done, as `integration.disconnect`. */
  readonly action: string
  /** What it was done to: an id. */
  readonly subject: string
  readonly detail?: Readonly<Record<string, unknown>> | undefined
}

/** Notes who did what, in the transaction that did it. Nobody can change it afterwards. */
export async function recordAudit({ trx, organizationId }: TenantTx, entry: AuditEntry) {
  await trx
    .insertInto('audit_entry')
    .values({
      organization_id: organizationId,
      id: newId(),
      actor_user_id: entry.actorUserId,
      action: entry.action,
      subject: entry.subject,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute()
}

interface AuditQuery {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of the audit, newest first. For admins: the caller has checked the role. */
export async function listAudit({ trx, organizationId }: TenantTx, { cursor, limit }: AuditQuery) {
  const rows = await trx
    .selectFrom('audit_entry')
    .select(['id', 'at', 'actor_user_id', 'action', 'subject', 'detail'])
    .where('organization_id', '=', organizationId)
    .$if(cursor !== undefined, (query) => query.where('id', '<', cursor ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, ({ at, ...row }) => ({ ...row, at: at.toISOString() }))
}
