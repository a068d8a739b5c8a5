import { sql } from 'kysely'
import { deliveriesAbout } from './erasing-deliveries.ts'
import { patternOf } from './erasing-pattern.ts'
import type { TenantTx } from './tenant.ts'

interface Person {
  readonly email: string
  readonly normalized: string
}

/**
 * Keeps everybody else from what is kept of a person, in the order in which events take it: what was
 * delivered and who pays, then the person, then meetings, whose ids are answered. Whoever holds one
 * of many rows is waited for with none of them in hand, since it may want another.
 */
export async function holdPerson(tx: TenantTx, person: Person): Promise<readonly string[]> {
  // Erasures of many people share meetings, frames and answers: one after the other.
  await lockName(tx, 'erase')
  const { clients, spellings, uids } = await lookUp(tx, person)
  const pattern = patternOf(spellings)
  const told = [...uids, ...spellings]
  await holdAll(tx, [
    { table: 'inbound_event', ids: await deliveriesAbout(tx, { pattern, told }) },
    { table: 'client', ids: clients },
  ])
  // The lock of this person: no booking of theirs is handled at the same time.
  await lockName(tx, `email ${person.normalized}`)
  let held: readonly string[] = []
  for (;;) {
    const ids = await meetingsNaming(tx, { ...person, pattern })
    if (ids.every((id) => held.includes(id))) return ids
    await holdAll(tx, [{ table: 'meeting', ids }])
    // While another event was waited for, it may have moved them into other meetings.
    held = ids
  }
}

const lockName = ({ trx, organizationId }: TenantTx, name: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`${organizationId} ${name}`}, 0))`.execute(
    trx,
  )

interface Lot {
  readonly table: 'inbound_event' | 'client' | 'meeting'
  readonly ids: readonly string[]
}

/** Locks all of these rows that there are, or none while it waits for one. */
async function holdAll(tx: TenantTx, lots: readonly Lot[]): Promise<void> {
  const { trx, organizationId } = tx
  for (;;) {
    await sql`savepoint holding`.execute(trx)
    const busy = await takeFree(tx, lots)
    if (busy === undefined) return
    await sql`rollback to savepoint holding`.execute(trx)
    await sql`select from ${sql.table(busy.table)}
      where organization_id = ${organizationId} and id = any (${busy.ids}::uuid[])
      for update`.execute(trx)
    await sql`rollback to savepoint holding`.execute(trx)
  }
}

/** Locks what nobody else holds; answers the first row that somebody does. */
async function takeFree(
  { trx, organizationId }: TenantTx,
  lots: readonly Lot[],
): Promise<Lot | undefined> {
  for (const { table, ids } of lots) {
    const { rows: free } = await sql<{ id: string }>`select id from ${sql.table(table)}
      where organization_id = ${organizationId} and id = any (${ids}::uuid[])
      order by id for update skip locked`.execute(trx)
    const { rows: busy } = await sql<{ id: string }>`select id from ${sql.table(table)}
      where organization_id = ${organizationId} and id = any (${ids}::uuid[])
        and id <> all (${free.map(({ id }) => id)}::uuid[]) limit 1`.execute(trx)
    if (busy.length > 0) return { table, ids: busy.map(({ id }) => id) }
  }
  return undefined
}

/** Each spelling of the address, the bookings under it, and the client. */
async function lookUp({ trx, organizationId }: TenantTx, { email, normalized }: Person) {
  const { rows } = await sql<{ clientId: string | null; email: string | null; uri: string | null }>`
    select id as "clientId", email, null as uri from client
    where organization_id = ${organizationId} and email_normalized = ${normalized}
    union all
    select null, null, b.booking_uid from session_booking b join client c
      on c.organization_id = b.organization_id and c.id = b.client_id
    where b.organization_id = ${organizationId} and c.email_normalized = ${normalized}
    union all
    select null, email, null from prospect
    where organization_id = ${organizationId} and email_normalized = ${normalized}
    union all
    select null, email, invitee_uri from meeting_invitee
    where organization_id = ${organizationId}
      and normalize(lower(trim(email)), NFC) = ${normalized}`.execute(trx)
  return {
    clients: rows.flatMap(({ clientId }) => clientId ?? []),
    spellings: [email, normalized, ...rows.flatMap((row) => row.email ?? [])],
    uids: rows.flatMap(({ uri }) => (uri === null ? [] : uidOf(uri))),
  }
}

/** Meetings that the person is in, or is named by. */
async function meetingsNaming(
  { trx, organizationId }: TenantTx,
  { normalized, pattern }: Person & { readonly pattern: string },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select i.meeting_id as id from meeting_invitee i left join prospect p
      on p.organization_id = i.organization_id and p.id = i.prospect_id
    where i.organization_id = ${organizationId} and (p.email_normalized = ${normalized}
      or normalize(lower(trim(i.email)), NFC) = ${normalized} or i::text ~* ${pattern})
    union select meeting_id from meeting_slot s
    where s.organization_id = ${organizationId} and s::text ~* ${pattern}
    union select meeting_id from meeting_host h
    where h.organization_id = ${organizationId} and h::text ~* ${pattern}
    union select m.id from meeting m
    where m.organization_id = ${organizationId} and m::text ~* ${pattern}`.execute(trx)
  return rows.map(({ id }) => id)
}

/** What tells a booking in a delivery, which may write the rest of its address in another way. */
export const uidOf = (uri: string): string => uri.split('/').at(-1) ?? uri
