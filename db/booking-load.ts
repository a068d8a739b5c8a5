import { sql } from 'kysely'
import type { BookingEvent } from '../domain/booking.ts'
import { normalizeEmail } from '../domain/email.ts'
import { lineageLinks } from '../domain/lineage.ts'
import type { HostRow, InviteeRow, MeetingRow, ProspectRow, SlotRow } from './booking-rows.ts'
import { PREPARED } from './prepared.ts'
import type { TenantTx } from './tenant.ts'
import { UNAWAITED } from './unawaited.ts'

/** Who of the organization is behind the integration and the hosts of an event. */
export interface People {
  readonly integrationUserId: string
  readonly sourceAccountUri: string | null
  /** Users by the account they connected. */
  readonly users: ReadonlyMap<string, string>
}

/** All rows that an event can touch. */
export interface Lineage {
  readonly prospect: ProspectRow | null
  readonly meetings: readonly MeetingRow[]
  readonly slots: readonly SlotRow[]
  readonly invitees: readonly (InviteeRow & { readonly owner_user_id: string | null })[]
  readonly hosts: readonly HostRow[]
  /** The person behind it has been erased: it must not come back. */
  readonly is_erased: boolean
}

/** The same, and whose accounts are behind the event. */
export interface KnownLineage extends Lineage {
  readonly accounts: readonly AccountRow[]
}

interface Target {
  readonly integrationId: string
  readonly event: BookingEvent
}

/** What an event has in common with every other one that it must not be handled beside. */
export function lineageKeys(event: BookingEvent): string[] {
  const { inviteeUris, slotUris } = lineageLinks(event)
  return [...inviteeUris, ...slotUris, `email ${normalizeEmail(event.invitee.email)}`]
}

/**
 * Takes the locks of many bookings before the first of them is applied in this transaction. One by
 * one they would come in an order of their own, and wait for somebody who waits for them.
 */
export async function lockBookings(
  { trx, organizationId }: TenantTx,
  events: readonly BookingEvent[],
): Promise<void> {
  const keys = new Set(events.flatMap(lineageKeys))
  const locks = [...keys].map((key) => `${organizationId} ${key}`).toSorted()
  await sql`select count(pg_advisory_xact_lock(hashtextextended(k, 0)))
    from unnest(${locks}::text[]) as k`.execute(trx)
}

/**
 * Waits until nobody else handles this person or anything linked to this event, until commit. All
 * locks are taken in one order, so that two events never wait for each other.
 */
export async function lockLineage(
  { trx, organizationId }: TenantTx,
  event: BookingEvent,
): Promise<void> {
  const keys = lineageKeys(event).map((key) => `${organizationId} ${key}`)
  await sql`${PREPARED}${UNAWAITED} select count(pg_advisory_xact_lock(hashtextextended(k, 0)))
    from unnest(${keys.toSorted()}::text[]) as k`.execute(trx)
}

/** An integration of the organization, with the account that it serves. */
export interface AccountRow {
  readonly id: string
  readonly user_id: string
  readonly provider: string
  readonly uri: string | null
}

/** Who is behind a booking, of the accounts that are its own or one of its hosts'. */
export function peopleBehind(
  { integrationId, event }: Target,
  accounts: readonly AccountRow[],
): People {
  const own = accounts.find(({ id }) => id === integrationId)
  if (own === undefined) throw new Error(`integration ${integrationId}: no such row`)
  const users = accounts
    .filter(({ provider }) => provider === event.provider)
    .flatMap(({ uri, user_id }) => (uri === null ? [] : [[uri, user_id] as const]))
  return { integrationUserId: own.user_id, sourceAccountUri: own.uri, users: new Map(users) }
}

/** Keeps the meetings in reach from changing until commit. */
export async function lockMeetings(
  { trx, organizationId }: TenantTx,
  { meetings }: Lineage,
): Promise<void> {
  await trx
    .selectFrom('meeting')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where(
      'id',
      'in',
      meetings.map(({ id }) => id),
    )
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}

/**
 * Reads in one round trip what is known of the person and of everything linked to the event, and
 * whose accounts are behind it.
 */
export async function loadLineage(
  { trx, organizationId }: TenantTx,
  { integrationId, event }: Target,
): Promise<KnownLineage> {
  const { inviteeUris, slotUris } = lineageLinks(event)
  const { provider, invitee, slot } = event
  const email = normalizeEmail(invitee.email)
  const hosts = slot.hosts.map(({ userUri }) => userUri)
  const { rows } = await sql<Lineage & { accounts: AccountRow[] | null }>`${PREPARED}
    select *, erased_among(${provider}, ${inviteeUris}) as is_erased,
      (select json_agg(json_build_object('id', i.id, 'user_id', i.user_id,
          'provider', i.provider, 'uri', i.provider_user_uri) order by i.id desc)
        from integration i
        where i.organization_id = ${organizationId} and (i.id = ${integrationId}
          or (i.provider = ${provider} and i.provider_user_uri = any (${hosts}::text[])))) as accounts
    from booking_lineage(${organizationId}, ${provider}, ${slotUris}, ${inviteeUris},
      ${email})`.execute(trx)
  const [row] = rows
  if (row === undefined) throw new Error('booking_lineage answers one row')
  return { ...row, accounts: row.accounts ?? [] }
}
