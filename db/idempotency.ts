import { sql } from 'kysely'
import { open, type SealedPlace, seal } from './sealing.ts'
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
/**
 * No request takes a minute: one that never ended belonged to a process that died, perhaps after its
 * effect. Only the same request may be tried again, and what it must not do twice it looks up.
 */
const ABANDONED = '1 minute'

/**
 * Claims a key for a request; commit it before the effect begins. A copy that comes while another
 * one claims waits for that commit.
 */
export async function beginIdempotent(tx: TenantTx, request: Request): Promise<Claim> {
  const { trx, organizationId, keyRing } = tx
  const { userId, route, key, requestHash } = request
  const { rows } = await sql`
    insert into idempotency as i (organization_id, user_id, route, key, request_hash)
    values (${organizationId}, ${userId}, ${route}, ${key}, ${requestHash})
    on conflict (organization_id, user_id, route, key) do update
      set request_hash = excluded.request_hash, status = null, response = null, created_at = now()
      where i.created_at < now() - ${KEPT}::interval
        or (i.status is null and i.created_at < now() - ${ABANDONED}::interval
          and i.request_hash = excluded.request_hash)
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
  if (row.status === null) return 'running'
  const response = open(keyRing, answerPlace(organizationId, request), row.response ?? '')
  return { status: row.status, response: JSON.parse(response) }
}

/** Where the answer to a request is sealed: it may hold a link that connects, or people's names. */
export const answerPlace = (
  organizationId: string,
  { userId, route, key }: Pick<Request, 'userId' | 'route' | 'key'>,
): SealedPlace => ({
  organizationId,
  row: `idempotency/${JSON.stringify([userId, route, key])}`,
  field: 'response',
  generation: 0,
})

interface Answer extends Omit<Request, 'requestHash'> {
  readonly status: number
  readonly response: unknown
}

/** Keeps the answer for copies of the request. */
export async function finishIdempotent(tx: TenantTx, answer: Answer): Promise<void> {
  const { trx, organizationId, keyRing } = tx
  const { userId, route, key, status, response } = answer
  const text = JSON.stringify(response ?? null)
  await trx
    .updateTable('idempotency')
    .set({ status, response: seal(keyRing, answerPlace(organizationId, answer), text) })
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
