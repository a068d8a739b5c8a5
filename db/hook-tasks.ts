import { sql } from 'kysely'
import type { ClassifiedHook, HookTaskKind, IssuedEndpoint } from '../domain/hook-survey.ts'
import { recordAudit } from './audit.ts'
import { newId } from './ids.ts'
import type { TenantTx } from './tenant.ts'

/** What somebody asks of the hooks at an account. */
export interface HookWish {
  readonly integrationId: string
  readonly kind: HookTaskKind
  /** The hook to remove, and only then. */
  readonly remoteUri: string | null
  readonly userId: string
}

/** How a task ended; `hooks` are what was listed, what was swept or what was removed. */
export interface HookTaskEnd {
  readonly outcome: 'done' | 'refused'
  readonly reason: string | null
  readonly hooks: readonly ClassifiedHook[]
}

/** A person asks and looks: what the owner could not do within a minute is not wanted any more. */
const LIFE = '1 minute'

/** Writes down what is asked; its owner does it. A change is audited as asked for. */
export async function askOfHooks(tx: TenantTx, wish: HookWish): Promise<string> {
  const { integrationId, kind, remoteUri, userId } = wish
  const id = newId()
  await tx.trx
    .insertInto('hook_task')
    .values({
      organization_id: tx.organizationId,
      id,
      integration_id: integrationId,
      kind,
      remote_uri: remoteUri,
      user_id: userId,
      expires_at: sql<Date>`now() + ${LIFE}::interval`,
    })
    .execute()
  if (kind !== 'list') await noteTask(tx, wish, { asked: id })
  return id
}

/** The oldest task that is still wanted. */
export async function nextHookTask(
  { trx, organizationId }: TenantTx,
  integrationId: string,
): Promise<(HookWish & { readonly id: string }) | undefined> {
  return trx
    .selectFrom('hook_task')
    .select(['id', 'kind', 'integration_id as integrationId', 'remote_uri as remoteUri'])
    .select('user_id as userId')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('finished_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
}

/** Ends a task, once; a change is audited as done. */
export async function endHookTask(
  tx: TenantTx,
  task: HookWish & { readonly id: string },
  { outcome, reason, hooks }: HookTaskEnd,
): Promise<void> {
  const { numUpdatedRows } = await tx.trx
    .updateTable('hook_task')
    .set({ finished_at: sql<Date>`now()`, outcome, reason, hooks: JSON.stringify(hooks) })
    .where('organization_id', '=', tx.organizationId)
    .where('id', '=', task.id)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n || task.kind === 'list') return
  await noteTask(tx, task, { outcome, reason, gone: hooks.map(({ uri }) => uri) })
}

const noteTask = (
  tx: TenantTx,
  { kind, integrationId, remoteUri, userId }: HookWish,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> =>
  recordAudit(tx, {
    actorUserId: userId,
    action: `hooks.${kind}`,
    subject: `integration/${integrationId}`,
    detail: { ...detail, ...(remoteUri !== null && { uri: remoteUri }) },
  })

/** The end of a task, or undefined while it has none. */
export async function readHookTaskEnd(
  { trx, organizationId }: TenantTx,
  id: string,
): Promise<HookTaskEnd | undefined> {
  const row = await trx
    .selectFrom('hook_task')
    .select(['outcome', 'reason', 'hooks'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined || row.outcome === null) return undefined
  return { outcome: row.outcome, reason: row.reason, hooks: row.hooks ?? [] }
}

/** Which of these endpoints are ours, of whichever tenant. */
export async function endpointsIssued(
  { trx }: TenantTx,
  endpoints: readonly string[],
): Promise<IssuedEndpoint[]> {
  const { rows } = await sql<IssuedEndpoint>`
    select endpoint, integration_id as "integrationId", is_in_use as "isInUse"
    from endpoints_issued(${[...endpoints]}::text[])`.execute(trx)
  return rows
}
