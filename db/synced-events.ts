import { createHash } from 'node:crypto'
import type { ProviderName } from '../domain/provider-name.ts'
import { newId } from './ids.ts'
import type { TenantTx } from './tenant.ts'

interface Synced {
  readonly integrationId: string
  readonly provider: ProviderName
  /** What was found, in our own words: the same text is the same find. */
  readonly said: string
  readonly dedupeKey: string
}

/**
 * Keeps what a sync found but could not apply as an event, so that it can be parked like any other;
 * undefined where the same find is kept already.
 */
export async function keepSynced(
  { trx, organizationId }: TenantTx,
  { integrationId, provider, said, dedupeKey }: Synced,
): Promise<string | undefined> {
  const body = Buffer.from(said)
  const row = await trx
    .insertInto('inbound_event')
    .values({
      organization_id: organizationId,
      id: newId(),
      integration_id: integrationId,
      provider,
      source: 'sync',
      endpoint: null,
      kind: 'SYNC',
      dedupe_key: dedupeKey,
      body,
      body_hash: createHash('sha256').update(body).digest(),
      started_at: new Date(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id
}
