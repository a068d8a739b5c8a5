import { sql, type Transaction } from 'kysely'
import type { Schema } from './schema.ts'
import { PREPARED } from './prepared.ts'
import type { Emission, TenantTx } from './tenant.ts'
import { UNAWAITED } from './unawaited.ts'

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
 * commit, so a reader never sees a number while a lower one is still to come. Once that
 * is done, the function answered tells what was written, as a reader will find it.
 */
export async function writeOutbox(
  trx: Transaction<Schema>,
  organizationId: string,
  emissions: readonly Emission[],
): Promise<() => readonly OutboxRow[]> {
  if (emissions.length === 0) return () => []
  const text = JSON.stringify(
    emissions.map(({ event, payload, audience }, index) => ({
      place: index + 1,
      event,
      payload,
      audience: [...new Set(audience)],
    })),
  )
  const { rows: numbered } = await sql<{ seq: number }>`${PREPARED}${UNAWAITED} with counter as (
      update organization_counter set seq = seq + ${emissions.length}
      where organization_id = ${organizationId} returning seq)
    insert into outbox (organization_id, seq, event, payload, audience)
    select ${organizationId}, counter.seq - ${emissions.length} + r.place, r.event, r.payload,
      r.audience
    from counter, jsonb_to_recordset(${text}::jsonb)
      as r (place bigint, event text, payload jsonb, audience uuid[])
    returning seq`.execute(trx)
  // Out of the text again: dates and gaps have become what they are in the row.
  const rows = JSON.parse(text) as Omit<OutboxRow, 'seq'>[]
  return () => {
    // It is committed by now: who asks must not fail, and a reader finds what this can't tell.
    if (numbered.length !== rows.length) return []
    const first = Math.min(...numbered.map(({ seq }) => seq))
    return rows.map(({ event, payload, audience }, index) => ({
      seq: first + index,
      event,
      payload,
      audience,
    }))
  }
}
