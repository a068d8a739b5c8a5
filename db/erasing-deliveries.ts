import { sql } from 'kysely'
import { normalizeEmail } from '../domain/email.ts'
import { clientFact } from './clients.ts'
import { forgetDeliveries, noteErased } from './erased.ts'
import type { LockedEvent } from './inbound-events.ts'
import type { TenantTx } from './tenant.ts'

/** Somebody who booked, and the booking by its opaque id at its provider. */
export interface Booker {
  readonly email: string
  readonly uri: string
}

/** Reads in a stored event who booked: the words of providers are not known here. */
export type BookersIn = (
  stored: Pick<LockedEvent, 'provider' | 'source' | 'body'>,
) => readonly Booker[]

interface Named {
  readonly pattern: string
  /** Texts that tell of the person by their very bytes. */
  readonly told: readonly string[]
}

/** Deliveries whose bytes name the person or one of their bookings, whether or not they were read. */
export async function deliveriesAbout(
  { trx, organizationId }: TenantTx,
  named: Named,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from inbound_event e
    where organization_id = ${organizationId} and ${tellsOf(named)}`.execute(trx)
  return rows.map(({ id }) => id)
}

const tellsOf = ({ pattern, told }: Named) => sql<boolean>`(e.body is not null
  and (encode(e.body, 'escape') ~* ${pattern}
    or exists (select from unnest(${told}::text[]) as uid
      where position(convert_to(uid, 'UTF8') in e.body) > 0)))`

interface About extends Named {
  readonly normalized: string
  readonly bookersIn: BookersIn
}

interface Waiting extends Pick<LockedEvent, 'id' | 'provider' | 'source'> {
  /** Null where its bookings are known by what it became. */
  readonly body: Buffer | null
}

/**
 * Destroys the content of deliveries that name the person or one of their bookings, in whatever
 * state they are: handled, held, parked, or set aside because nobody understood them. A name is found
 * in the raw bytes, as `patternOf` says; nothing has to be understood for it. What was not handled
 * yet is read once more: it may be all that knows of a booking that a sync would find.
 */
export async function forgetAbout(tx: TenantTx, about: About): Promise<number> {
  const { trx, organizationId } = tx
  const { normalized, bookersIn } = about
  // One that came just now, and whose handler waits for this, is handled after it.
  const { rows } = await sql<Waiting>`
    select id, provider, source, case when status <> 'processed' then body end as body
    from inbound_event e where organization_id = ${organizationId} and ${tellsOf(about)}
    for no key update skip locked`.execute(trx)
  const booked = rows.flatMap(({ provider, source, body }) =>
    body === null
      ? []
      : bookersIn({ provider, source, body })
          .filter((booker) => normalizeEmail(booker.email) === normalized)
          .map(({ uri }) => ({ provider, uri })),
  )
  await noteErased(tx, booked)
  await forgetDeliveries(
    tx,
    rows.map(({ id }) => id),
  )
  await sql`update parked_item set waits_for = 'erased'
    where organization_id = ${organizationId} and waits_for = ${clientFact(normalized)}`.execute(
    trx,
  )
  return rows.length
}
