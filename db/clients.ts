import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { normalizeEmail } from '../domain/email.ts'
import { newId } from './ids.ts'
import { lockFact, wake } from './parked.ts'
import { anywhere, pageOf } from './page.ts'
import type { TenantTx, Viewer } from './tenant.ts'

/** A person who can hold packages, as REST shows it. */
export interface ClientJson {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly timezone: string | null
  readonly user_id: string | null
  readonly owner_user_id: string | null
  readonly created_at: string
  readonly updated_at: string
}

/** The name under which events wait for a client; the e-mail itself stays out of it. */
export const clientFact = (email: string): string =>
  `client:${createHash('sha256').update(normalizeEmail(email)).digest('hex')}`

interface NewClient {
  readonly email: string
  readonly name: string | null
  readonly timezone: string | null
  readonly userId: string | null
  readonly ownerUserId: string
}

/** Makes a client and wakes what waited for it; 'taken' where the e-mail is somebody's already. */
export async function createClient(
  tx: TenantTx,
  { email, name, timezone, userId, ownerUserId }: NewClient,
): Promise<ClientJson | 'taken'> {
  const row = await tx.trx
    .insertInto('client')
    .values({
      organization_id: tx.organizationId,
      id: newId(),
      email: email.trim(),
      email_normalized: normalizeEmail(email),
      name,
      timezone,
      user_id: userId,
      owner_user_id: ownerUserId,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'email_normalized']).doNothing())
    .returning(COLUMNS)
    .executeTakeFirst()
  if (row === undefined) return 'taken'
  await wake(tx, clientFact(email))
  return jsonOf(row)
}

interface ClientQuery {
  readonly cursor?: string | undefined
  readonly limit: number
  /** Part of a name or e-mail. */
  readonly q?: string | undefined
}

/** A page of the clients that the viewer may see, newest first; a client sees itself. */
export async function listClients(
  tx: TenantTx,
  viewer: Viewer,
  { cursor, limit, q }: ClientQuery,
): Promise<{ items: ClientJson[]; nextCursor: string | null }> {
  const like = anywhere(q ?? '')
  const rows = await seen(tx, viewer)
    .$if(q !== undefined && q !== '', (query) =>
      query.where((is) => is.or([is('name', 'ilike', like), is('email', 'ilike', like)])),
    )
    .$if(cursor !== undefined, (query) => query.where('id', '<', cursor ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, jsonOf)
}

/** One client, unless it is nobody's or not for this viewer. */
export async function readClient(
  tx: TenantTx,
  viewer: Viewer,
  id: string,
): Promise<ClientJson | undefined> {
  const row = await seen(tx, viewer).where('id', '=', id).executeTakeFirst()
  return row && jsonOf(row)
}

interface ClientChanges {
  readonly name?: string | null | undefined
  readonly timezone?: string | null | undefined
  readonly userId?: string | null | undefined
}

/** Changes what is told; the caller has made sure that the client is the viewer's to change. */
export async function updateClient(
  { trx, organizationId }: TenantTx,
  id: string,
  { name, timezone, userId }: ClientChanges,
): Promise<ClientJson | undefined> {
  const row = await trx
    .updateTable('client')
    .set({
      ...(name !== undefined && { name }),
      ...(timezone !== undefined && { timezone }),
      ...(userId !== undefined && { user_id: userId }),
      updated_at: sql<Date>`now()`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst()
  return row && jsonOf(row)
}

/** Whether somebody signs in as another client already; nobody links them until we are done. */
export async function isClientOf(
  tx: TenantTx,
  userId: string,
  id: string | null,
): Promise<boolean> {
  await lockFact(tx, `client user:${userId}`)
  const { trx, organizationId } = tx
  const row = await trx
    .selectFrom('client')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row !== undefined && row.id !== id
}

const COLUMNS = [
  'id',
  'email',
  'name',
  'timezone',
  'user_id',
  'owner_user_id',
  'created_at',
  'updated_at',
] as const

const seen = ({ trx, organizationId }: TenantTx, viewer: Viewer) =>
  trx
    .selectFrom('client')
    .select(COLUMNS)
    .where('organization_id', '=', organizationId)
    .$if(!viewer.seesAll, (query) => query.where(clientSeenBy(viewer)))

/** In words of SQL on `client`: a client its own row, a member those it made or holds sessions for. */
const clientSeenBy = ({ role, userId }: Viewer) =>
  role === 'client'
    ? sql<boolean>`client.user_id = ${userId}`
    : sql<boolean>`(client.owner_user_id = ${userId} or exists (select from client_package p
        where p.organization_id = client.organization_id and p.client_id = client.id
          and p.host_user_id = ${userId}) or exists (select from session s
        where s.organization_id = client.organization_id and s.client_id = client.id
          and s.host_user_id = ${userId}))`

type Row = Omit<ClientJson, 'created_at' | 'updated_at'> & {
  readonly created_at: Date
  readonly updated_at: Date
}

const jsonOf = (row: Row): ClientJson => ({
  id: row.id,
  email: row.email,
  name: row.name,
  timezone: row.timezone,
  user_id: row.user_id,
  owner_user_id: row.owner_user_id,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
})
