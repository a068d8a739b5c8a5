import { sql } from 'kysely'
import type { BookingUri } from './erased.ts'
import { anywhere } from './page.ts'
import type { TenantTx } from './tenant.ts'

interface ErasedBookings {
  readonly prospects: number
  readonly meetings: number
  /** Every row that is gone, for the frames that showed it. */
  readonly ids: readonly string[]
  readonly uris: readonly BookingUri[]
  /** Meetings that the person was in, and who saw them as the owner of that prospect. */
  readonly touched: readonly string[]
  readonly owners: readonly string[]
  /** The address in each spelling that was typed. */
  readonly spellings: readonly string[]
}

/** Takes a person out of prospects and meetings; meetings with nobody else in them go, too. */
export async function eraseBookings(tx: TenantTx, normalized: string): Promise<ErasedBookings> {
  const { trx, organizationId: organization } = tx
  const { rows: prospects } = await sql<ProspectRow>`
    select id, email, owner_user_id from prospect
    where organization_id = ${organization} and email_normalized = ${normalized}
    for update`.execute(trx)
  const prospectIds = prospects.map(({ id }) => id)
  const { rows: invitees } = await sql<InviteeRow>`
    select provider, invitee_uri as uri, meeting_id, email from meeting_invitee
    where organization_id = ${organization} and (prospect_id = any (${prospectIds}::uuid[])
      or normalize(lower(trim(email)), NFC) = ${normalized})
    for update`.execute(trx)
  const touched = [...new Set(invitees.map(({ meeting_id }) => meeting_id))]
  await leaveGroups(tx, { invitees, touched })
  const gone = await eraseLonely(tx, touched)
  await sql`delete from prospect
    where organization_id = ${organization} and id = any (${prospectIds}::uuid[])`.execute(trx)
  await leaveGuests(tx, normalized)
  await leaveHosts(tx, normalized)
  for (const { id, owner_user_id: owner } of prospects)
    tx.emit('prospect:erased', { id }, owner === null ? [] : [owner])
  for (const { id, audience } of gone) tx.emit('meeting:erased', { id }, audience)
  return {
    prospects: prospects.length,
    meetings: gone.length,
    ids: [...prospectIds, ...touched, ...gone.map(({ id }) => id)],
    touched,
    owners: prospects.flatMap(({ owner_user_id: owner }) => owner ?? []),
    uris: invitees.map(({ provider, uri }) => ({ provider, uri })),
    spellings: [...prospects, ...invitees].flatMap(({ email }) => email ?? []),
  }
}

interface ProspectRow {
  readonly id: string
  readonly email: string
  readonly owner_user_id: string | null
}

interface InviteeRow extends BookingUri {
  readonly meeting_id: string
  readonly email: string | null
}

interface Leaving {
  readonly invitees: readonly BookingUri[]
  readonly touched: readonly string[]
}

/** What the meeting shows of this person's own booking goes with it. */
async function leaveGroups(
  { trx, organizationId: organization }: TenantTx,
  { invitees, touched }: Leaving,
): Promise<void> {
  await sql`
    with gone as (
      delete from meeting_invitee i using jsonb_to_recordset(${JSON.stringify(invitees)}::jsonb)
        as b (provider text, uri text)
      where i.organization_id = ${organization} and i.provider = b.provider
        and i.invitee_uri = b.uri
      returning i.meeting_id, i.fact)
    update meeting m set answers = '[]', utm = null, timezone = null, cancel_url = null,
      reschedule_url = null, cancellation = m.cancellation || '{"reason": null, "canceledBy": null}'
    from gone where m.organization_id = ${organization} and m.id = gone.meeting_id
      and m.id = any (${touched}::uuid[])
      and (m.cancel_url is not distinct from gone.fact ->> 'cancelUrl')`.execute(trx)
}

/** Deletes those of these meetings that nobody is in any more, with what was merged into them. */
async function eraseLonely({ trx, organizationId: organization }: TenantTx, touched: string[]) {
  const { rows } = await sql<{ id: string; audience: string[] }>`
    with recursive lonely as (
      select m.id from meeting m
      where m.organization_id = ${organization} and m.id = any (${touched}::uuid[])
        and not exists (select from meeting_invitee i
          where i.organization_id = m.organization_id and i.meeting_id = m.id)
      union
      select m.id from meeting m join lonely l on m.merged_into = l.id
      where m.organization_id = ${organization})
    select l.id, array_remove(array_agg(h.user_id), null) as audience
    from lonely l left join meeting_host h
      on h.organization_id = ${organization} and h.meeting_id = l.id
    group by l.id`.execute(trx)
  const ids = rows.map(({ id }) => id)
  for (const table of ['meeting_invitee', 'meeting_slot', 'meeting_host'])
    await sql`delete from ${sql.table(table)}
      where organization_id = ${organization} and meeting_id = any (${ids}::uuid[])`.execute(trx)
  await sql`update meeting set merged_into = null
    where organization_id = ${organization} and id = any (${ids}::uuid[])`.execute(trx)
  await sql`delete from meeting
    where organization_id = ${organization} and id = any (${ids}::uuid[])`.execute(trx)
  return rows
}

/** Somebody brought along to the meetings of others. */
async function leaveGuests(
  { trx, organizationId: organization }: TenantTx,
  normalized: string,
): Promise<void> {
  const others = (guests: string) => sql`(
    select coalesce(jsonb_agg(g), '[]') from jsonb_array_elements(${sql.raw(guests)}) as g
    where normalize(lower(trim(g ->> 'email')), NFC) <> ${normalized})`
  await sql`update meeting set guests = ${others('guests')}
    where organization_id = ${organization} and guests::text ilike ${anywhere(normalized)}`.execute(
    trx,
  )
  await sql`update meeting_slot
    set fact = jsonb_set(fact, '{guests}', ${others("fact -> 'guests'")})
    where organization_id = ${organization} and jsonb_typeof(fact -> 'guests') = 'array'
      and (fact -> 'guests')::text ilike ${anywhere(normalized)}`.execute(trx)
}

/** The account of somebody who has disconnected, as the meetings they held still show it. */
async function leaveHosts(
  { trx, organizationId: organization }: TenantTx,
  normalized: string,
): Promise<void> {
  await sql`update meeting_host set email = null, name = null
    where organization_id = ${organization} and lower(email) = ${normalized}`.execute(trx)
  await sql`update integration set provider_account_email = null
    where organization_id = ${organization} and lower(provider_account_email) = ${normalized}`.execute(
    trx,
  )
}
