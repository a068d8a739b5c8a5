import { sql } from 'kysely'
import type { TenantTx } from './tenant.ts'

interface Request {
  readonly userId: string
  readonly route: string
  readonly key: string
  readonly requestHash: Buffer
}

/** What an idempotency key means for this request: begin it, or why not. */
export type Claim =
  | 'new'
  | 'running'
  | 'mismatch'
  | { readonly status: number; readonly response: unknown }

/** A key is kept this long; after that it may be used for something else. */
const KEPT = '24 hours'
/** No request takes a minute: one that never ended belonged to a process that died. */
const ABANDONED = '1 minute'

/**
 * Claims a key for a request; commit it before the effect begins. A copy that comes while another
 * one claims waits for that commit.
 */
export async function beginIdempotent(
  { trx, organizationId }: TenantTx,
  { userId, route, key, requestHash }: Request,
): Promise<Claim> {
  const { rows } = await sql`
    insert into idempotency as i (organization_id, user_id, route, key, request_hash)
    values (${organizationId}, ${userId}, ${route}, ${key}, ${requestHash})
    on conflict (organization_id, user_id, route, key) do update
      set request_hash = excluded.request_hash, status = null, response = null, created_at = now()
      where i.created_at < now() - ${KEPT}::interval
        or (i.status is null and i.created_at < now() - ${ABANDONED}::interval)
    returning 1`.execute(trx)
  if (rows.length > 0) return 'new'
  const row = await trx
    .selectFrom('idempotency')
    .select(['request_hash', 'status', 'response'])
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where('route', '=', route)
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  if (!row.request_hash.equals(requestHash)) return 'mismatch'
  return row.status === null ? 'running' : { status: row.status, response: row.response }
}

interface Answer extends Omit<Request, 'requestHash'> {
  readonly status: number
  readonly response: unknown
}

/** Keeps the answer for copies of the request. */
export async function finishIdempotent(
  { trx, organizationId }: TenantTx,
  { userId, route, key, status, response }: Answer,
): Promise<void> {
  await trx
    .updateTable('idempotency')
    .set({ status, response: JSON.stringify(response ?? null) })
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where('route', '=', route)
    .where('key', '=', key)
    .execute()
}

/** Frees a key whose request failed on our side, so that the caller may try again. */
export async function forgetIdempotent(
  { trx, organizationId }: TenantTx,
  { userId, route, key }: Omit<Request, 'requestHash'>,
): Promise<void> {
  await trx
    .deleteFrom('idempotency')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where('route', '=', route)
    .where('key', '=', key)
    .where('status', 'is', null)
    .execute()
}
