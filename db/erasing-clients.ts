import { sql } from 'kysely'
import type { BookingUri } from './erased.ts'
import type { TenantTx } from './tenant.ts'

interface ErasedClients {
  readonly counts: { readonly clients: number; readonly sessions: number }
  readonly ids: readonly string[]
  /** Those who signed in as such a client. */
  readonly users: readonly string[]
  readonly uris: readonly BookingUri[]
  readonly spellings: readonly string[]
}

/** Makes a client nobody: what was paid and used stays in the ledger, and says of whom no more. */
export async function eraseClients(tx: TenantTx, normalized: string): Promise<ErasedClients> {
  const { trx, organizationId: organization } = tx
  const { rows: clients } = await sql<ClientRow>`
    select c.id, c.email, case when u.role = 'client' then c.user_id end as user_id
    from client c left join app_user u on u.organization_id = c.organization_id
      and u.id = c.user_id
    where c.organization_id = ${organization} and c.email_normalized = ${normalized}
    for update of c`.execute(trx)
  const ids = clients.map(({ id }) => id)
  await sql`update client set email = 'erased-' || id || '@erased.invalid',
      email_normalized = 'erased-' || id || '@erased.invalid', name = null, timezone = null,
      user_id = null, updated_at = now()
    where organization_id = ${organization} and id = any (${ids}::uuid[])`.execute(trx)
  const { rows: sessions } = await sql<{ id: string }>`
    update session set title = null, meeting_link = null, timezone = null,
      calcom_booking_id = null, cancelled_by = null, cancellation_reason = null, updated_at = now()
    where organization_id = ${organization} and client_id = any (${ids}::uuid[])
    returning id`.execute(trx)
  const { rows: uris } = await sql<BookingUri>`
    delete from session_booking
    where organization_id = ${organization} and client_id = any (${ids}::uuid[])
    returning provider, booking_uid as uri`.execute(trx)
  return {
    counts: { clients: clients.length, sessions: sessions.length },
    ids: [...ids, ...sessions.map(({ id }) => id)],
    users: clients.flatMap(({ user_id }) => user_id ?? []),
    uris,
    spellings: clients.map(({ email }) => email),
  }
}

interface ClientRow {
  readonly id: string
  readonly email: string
  readonly user_id: string | null
}
