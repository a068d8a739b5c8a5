import { sql } from 'kysely'
import type { InviteeFact } from '../domain/booking.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { TenantTx } from './tenant.ts'

interface Bookings {
  readonly integrationId: string
  /** Times at which people booked, with the key that the delivery of each has. */
  readonly booked: readonly { readonly key: string; readonly at: string }[]
}

/**
 * How many of these bookings came by no delivery, although none of the known gaps explains it. An
 * incident is no explanation: what is missing during one tells that it goes on.
 */
export async function countUnheard(
  { trx, organizationId }: TenantTx,
  { integrationId, booked }: Bookings,
): Promise<number> {
  if (booked.length === 0) return 0
  const { rows } = await sql<{ unheard: number }>`
    select count(*)::int as unheard
    from unnest(${booked.map(({ key }) => key)}::text[],
      ${booked.map(({ at }) => at)}::timestamptz[]) as b (key, at)
    where not exists (select from inbound_event e where e.organization_id = ${organizationId}
        and e.integration_id = ${integrationId} and e.dedupe_key = b.key)
      and not exists (select from gap g where g.organization_id = ${organizationId}
        and g.integration_id = ${integrationId} and b.at >= g.opened_at
        and b.at <= coalesce(g.ended_at, g.closed_at, 'infinity')
        and g.reason not in ('otherKey', 'staleSignature', 'silentHook'))`.execute(trx)
  return rows[0]?.unheard ?? 0
}

/** Those of these deliveries that came, done or not. */
export async function storedKeys(
  { trx, organizationId }: TenantTx,
  { integrationId, keys }: { readonly integrationId: string; readonly keys: readonly string[] },
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set()
  const rows = await trx
    .selectFrom('inbound_event')
    .select('dedupe_key')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('dedupe_key', 'in', keys)
    .execute()
  return new Set(rows.map(({ dedupe_key }) => dedupe_key))
}

/** Which of these people our records show just as the provider does; their URIs. */
export async function heldAsShown(
  { trx, organizationId }: TenantTx,
  { provider, shown }: { readonly provider: ProviderName; readonly shown: readonly InviteeFact[] },
): Promise<ReadonlySet<string>> {
  if (shown.length === 0) return new Set()
  const { rows } = await sql<{ uri: string }>`
    select m.invitee_uri as uri
    from unnest(${shown.map(({ uri }) => uri)}::text[],
      ${shown.map(({ status }) => status)}::text[],
      ${shown.map(({ noShowUri }) => noShowUri !== null)}::boolean[]) as s (uri, status, no_show)
    join meeting_invitee m on m.organization_id = ${organizationId}
      and m.provider = ${provider} and m.invitee_uri = s.uri
    where m.fact ->> 'status' = s.status and m.no_show = s.no_show`.execute(trx)
  return new Set(rows.map(({ uri }) => uri))
}
