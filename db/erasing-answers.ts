import { answerPlace, finishIdempotent } from './idempotency.ts'
import { open } from './sealing.ts'
import type { TenantTx } from './tenant.ts'

interface Sought {
  readonly pattern: string
  readonly ids: readonly string[]
}

/**
 * Empties the kept answers that name the person or a row of theirs. They are sealed, so each is
 * opened; the key stays, so that a repeated request still has no second effect.
 */
export async function forgetAnswers(tx: TenantTx, { pattern, ids }: Sought): Promise<number> {
  const { trx, organizationId, keyRing } = tx
  const mention = new RegExp([pattern, ...ids].join('|'), 'i')
  const rows = await trx
    .selectFrom('idempotency')
    .select(['user_id as userId', 'route', 'key', 'status', 'response'])
    .where('organization_id', '=', organizationId)
    .where('response', 'is not', null)
    .execute()
  let forgotten = 0
  for (const { response, status, ...row } of rows) {
    const text = open(keyRing, answerPlace(organizationId, row), response ?? '')
    if (!mention.test(text)) continue
    await finishIdempotent(tx, { ...row, status: status ?? 200, response: {} })
    forgotten += 1
  }
  return forgotten
}
