import { sql } from 'kysely'
import type { ProviderName } from '../domain/provider-name.ts'
import { markDropped } from './inbound-events.ts'
import type { TenantTx } from './tenant.ts'

/** What an event says that told of a person who was erased. */
export const ERASED = 'the person was erased'

/** Whether one of these bookings was a person's who has been erased. */
export async function isErased(
  { trx }: TenantTx,
  provider: ProviderName,
  uris: readonly string[],
): Promise<boolean> {
  const { rows } = await sql<{ told: boolean }>`
    select erased_among(${provider}, ${uris}::text[]) as told`.execute(trx)
  return rows[0]?.told ?? false
}

/** A booking by its opaque id at its provider. */
export interface BookingUri {
  readonly provider: string
  readonly uri: string
}

/** Keeps bookings from coming back by late deliveries or a sync; only a hash of each is kept. */
export async function noteErased(
  { trx, organizationId }: TenantTx,
  bookings: readonly BookingUri[],
): Promise<void> {
  await sql`
    insert into erased_booking (organization_id, provider, uri_hash)
    select distinct ${organizationId}::uuid, b.provider, sha256(convert_to(b.uri, 'UTF8'))
    from jsonb_to_recordset(${JSON.stringify(bookings)}::jsonb) as b (provider text, uri text)
    on conflict do nothing`.execute(trx)
}

/** Destroys what was delivered; that it was, and its key against copies, stays. */
export async function forgetDeliveries(tx: TenantTx, ids: readonly string[]): Promise<void> {
  const { trx, organizationId } = tx
  const { rows } = await sql<{ id: string }>`
    update inbound_event set body = null, headers = '{}'
    where organization_id = ${organizationId} and id = any (${ids}::uuid[])
    returning case when status <> 'processed' then id end as id`.execute(trx)
  for (const { id } of rows) if (id !== null) await markDropped(tx, id, ERASED)
}
