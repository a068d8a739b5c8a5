import { sql } from 'kysely'
import { newId } from './ids.ts'
import type { TenantTx } from './tenant.ts'

export { debtsOf, type DebtJson, listDebts } from './debt-lists.ts'

/** Spec section 4: what could not be cleaned up is tried for 72 hours, then destroyed. */
const DEBT_HOURS = 72

interface Owing {
  readonly integrationId: string
  readonly kind: 'hook' | 'token'
  /** Whose account it stands in; null where that was never learnt. */
  readonly accountUserUri: string | null
  readonly why: string
  /** The owner's clock, by which the 72 hours are counted. */
  readonly now: number
}

/**
 * Writes down what a failed attempt leaves at the provider: the hook that nobody has seen gone, or
 * the grant. The first attempt fixes when it is given up; a later one is counted.
 */
export async function owe(tx: TenantTx, owing: Owing): Promise<void> {
  const { integrationId, kind, accountUserUri, why, now } = owing
  const remoteUri = kind === 'hook' ? await standingHook(tx, owing) : null
  const expiresAt = new Date(now + DEBT_HOURS * 60 * 60_000)
  await sql`
    insert into cleanup_debt (organization_id, id, integration_id, kind, account_user_uri,
      remote_uri, created_at, expires_at, attempts, last_error)
    values (${tx.organizationId}, ${newId()}, ${integrationId}, ${kind}, ${accountUserUri},
      ${remoteUri}, ${new Date(now)}, ${expiresAt}, 1, ${why})
    on conflict (organization_id, integration_id, kind, coalesce(account_user_uri, ''),
        coalesce(remote_uri, '')) where paid_at is null and destroyed_at is null
      do update set attempts = cleanup_debt.attempts + 1, last_error = excluded.last_error`.execute(
    tx.trx,
  )
}

/** The newest hook of an account that nobody has seen gone; null where none was ever listed. */
export async function standingHook(
  { trx, organizationId }: TenantTx,
  { integrationId, accountUserUri }: Pick<Owing, 'integrationId' | 'accountUserUri'>,
): Promise<string | null> {
  const row = await trx
    .selectFrom('subscription')
    .select('remote_uri')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('state', '<>', 'deleted')
    .where('remote_uri', 'is not', null)
    .$if(accountUserUri !== null, (query) => query.where('account_user_uri', '=', accountUserUri))
    .orderBy('generation', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.remote_uri ?? null
}

interface Ending {
  readonly integrationId: string
  readonly kind?: 'hook' | 'token'
  /** Only those of this account; left out, all. */
  readonly accountUserUri?: string
  readonly resolution: 'paid' | 'takenOver' | 'destroyed' | 'forgotten'
}

/** Ends open debts: paid, taken over by a new grant, or destroyed with what could have paid them. */
export async function endDebts(tx: TenantTx, ending: Ending): Promise<void> {
  const { integrationId, kind, accountUserUri, resolution } = ending
  const isGone = resolution === 'destroyed' || resolution === 'forgotten'
  await tx.trx
    .updateTable('cleanup_debt')
    .set({ resolution, [isGone ? 'destroyed_at' : 'paid_at']: sql<Date>`now()` })
    .where('organization_id', '=', tx.organizationId)
    .where('integration_id', '=', integrationId)
    .where('resolution', 'is', null)
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? 'hook'))
    .$if(accountUserUri !== undefined, (query) =>
      query.where('account_user_uri', '=', accountUserUri ?? ''),
    )
    .execute()
}

/** Whether the time of what is owed in an account has run out by the owner's clock. */
export async function isOverdue(
  { trx, organizationId }: TenantTx,
  { integrationId, accountUserUri, now }: Pick<Owing, 'integrationId' | 'accountUserUri' | 'now'>,
): Promise<boolean> {
  const row = await trx
    .selectFrom('cleanup_debt')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('account_user_uri', '=', accountUserUri)
    .where('resolution', 'is', null)
    .where('expires_at', '<=', new Date(now))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Writes down that cleaning up after a disconnect failed. Nothing where nobody has disconnected:
 * what a connected integration fails in is no debt.
 */
export async function oweIfDisconnected(
  tx: TenantTx,
  owing: Omit<Owing, 'accountUserUri'>,
): Promise<void> {
  const row = await tx.trx
    .selectFrom('integration')
    .select(['wanted', 'provider_user_uri'])
    .where('organization_id', '=', tx.organizationId)
    .where('id', '=', owing.integrationId)
    .executeTakeFirst()
  if (row?.wanted !== 'disconnected') return
  await owe(tx, { ...owing, accountUserUri: row.provider_user_uri })
}
