import { sql } from 'kysely'
import type { TenantTx } from './tenant.ts'

interface Request {
  readonly userId: string
  readonly route: string
  readonly key: string
  readonly requestHash: Buffer
}

/** What an idempotency key means for this request. */
export type Claim =
  | { readonly kind: 'first' }
  | { readonly kind: 'repeat'; readonly status: number; readonly response: unknown }
  | { readonly kind: 'inProgress' }
  | { readonly kind: 'otherRequest' }

/** A key is kept this long; after that it may be used for something else. */
const KEPT_HOURS = 24

/**
 * Claims a key for a request. A copy waits for the first one's commit and gets its answer; another
 * request under the same key is told apart.
 */
export async function claimIdempotency(
  { trx, organizationId }: TenantTx,
  { userId, route, key, requestHash }: Request,
): Promise<Claim> {
  const { rows } = await sql<{ first: boolean }>`
    insert into idempotency as i (organization_id, user_id, route, key, request_hash)
    values (${organizationId}, ${userId}, ${route}, ${key}, ${requestHash})
    on conflict (organization_id, user_id, route, key) do update
      set request_hash = excluded.request_hash, status = null, response = null, created_at = now()
      where i.created_at < now() - ${KEPT_HOURS} * interval '1 hour'
    returning true as first`.execute(trx)
  if (rows.length > 0) return { kind: 'first' }
  const row = await trx
    .selectFrom('idempotency')
    .select(['request_hash', 'status', 'response'])
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where('route', '=', route)
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  if (!row.request_hash.equals(requestHash)) return { kind: 'otherRequest' }
  if (row.status === null) return { kind: 'inProgress' }
  return { kind: 'repeat', status: row.status, response: row.response }
}

interface Answer extends Omit<Request, 'requestHash'> {
  readonly status: number
  readonly response: unknown
}

/** Keeps the answer for copies of the request. */
export async function keepAnswer(
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
export async function releaseIdempotency(
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
