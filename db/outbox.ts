import { sql, type Transaction } from 'kysely'
import type { Schema } from './schema.ts'
import { PREPARED } from './prepared.ts'
import type { Emission, TenantTx } from './tenant.ts'

/** One change as the sockets send it. */
export interface OutboxRow {
  readonly seq: number
  readonly event: string
  readonly payload: Record<string, unknown>
  readonly audience: readonly string[]
}

/** The newest change of the organization, from which a fresh socket goes on. */
export async function lastSeq({ trx, organizationId }: TenantTx): Promise<number> {
  const row = await trx
    .selectFrom('organization_counter')
    .select('seq')
    .where('organization_id', '=', organizationId)
    .executeTakeFirst()
  return row?.seq ?? 0
}

/**
 * Numbers and writes the changes of one transaction. The counter's row stays locked until
 * commit, so a reader never sees a number while a lower one is still to come. Answers the last
 * number, or undefined where there was nothing to write.
 */
export async function writeOutbox(
  trx: Transaction<Schema>,
  organizationId: string,
  emissions: readonly Emission[],
): Promise<number | undefined> {
  if (emissions.length === 0) return undefined
  const rows = JSON.stringify(
    emissions.map(({ event, payload, audience }, index) => ({
      place: index + 1,
      event,
      payload,
      audience: [...new Set(audience)],
    })),
  )
  const { rows: numbered } = await sql<{ seq: number }>`${PREPARED} with counter as (
      update organization_counter set seq = seq + ${emissions.length}
      where organization_id = ${organizationId} returning seq)
    insert into outbox (organization_id, seq, event, payload, audience)
    select ${organizationId}, counter.seq - ${emissions.length} + r.place, r.event, r.payload,
      r.audience
    from counter, jsonb_to_recordset(${rows}::jsonb)
      as r (place bigint, event text, payload jsonb, audience uuid[])
    returning seq`.execute(trx)
  return Math.max(...numbered.map(({ seq }) => seq))
}
