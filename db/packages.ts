import { sql } from 'kysely'
import { standingOf } from '../domain/credits.ts'
import { lockClient } from './client-lock.ts'
import { databaseNow } from './clock.ts'
import { lockPackages, packageMovedBy, writeCredits } from './credit-entries.ts'
import { newId } from './ids.ts'
import { wake } from './parked.ts'
import { seenBy } from './sight.ts'
import { pageOf } from './page.ts'
import type { TenantTx, Viewer } from './tenant.ts'

/** A package as REST shows it. */
export interface PackageJson {
  readonly id: string
  readonly client_id: string
  readonly host_user_id: string
  readonly session_minutes: number
  readonly cut_off_hours: number
  readonly sessions_total: number
  readonly sessions_used: number
  readonly sessions_left: number
  readonly active: boolean
  readonly expires_at: string
  readonly created_at: string
  readonly updated_at: string
}

/** The name under which events wait for a client to have a package again. */
export const packageFact = (clientId: string): string => `package:${clientId}`

interface NewPackage {
  readonly clientId: string
  readonly hostUserId: string
  readonly sessionsTotal: number
  readonly sessionMinutes: number
  readonly cutOffHours: number
  readonly expiresAt: Date
  readonly actorUserId: string
  /** The same each time this wish is made again. */
  readonly name?: string | undefined
}

/**
 * The package that this wish made when it was made before. Copies of the wish take turns from here
 * on, until the transaction ends.
 */
export async function packageMadeBy(
  tx: TenantTx,
  { clientId, name }: Pick<NewPackage, 'clientId' | 'name'>,
): Promise<string | undefined> {
  if (name === undefined) return undefined
  await lockClient(tx, clientId)
  return packageMovedBy(tx, `grant:${name}`)
}

/** Makes a package, grants its credits and wakes what waited for one. Its client exists. */
export async function createPackage(tx: TenantTx, wish: NewPackage): Promise<string> {
  const { trx, organizationId } = tx
  const id = newId()
  await lockClient(tx, wish.clientId)
  await trx
    .insertInto('client_package')
    .values({
      organization_id: organizationId,
      id,
      client_id: wish.clientId,
      host_user_id: wish.hostUserId,
      session_minutes: wish.sessionMinutes,
      cut_off_hours: wish.cutOffHours,
      expires_at: wish.expiresAt,
    })
    .execute()
  await writeCredits(tx, [
    {
      kind: 'grant',
      left: wish.sessionsTotal,
      held: 0,
      spent: 0,
      packageId: id,
      key: `grant:${wish.name ?? id}`,
      actorUserId: wish.actorUserId,
    },
  ])
  await wake(tx, packageFact(wish.clientId))
  return id
}

interface Adjustment {
  readonly packageId: string
  /** Credits given, or taken where below zero. */
  readonly change: number
  readonly reason: string
  readonly actorUserId: string
  /** The same each time this adjustment is tried again. */
  readonly name?: string | undefined
}

/** How an adjustment ended. */
export type Adjusted =
  | { readonly kind: 'adjusted' }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'tooFew'; readonly left: number }

/**
 * Gives or takes credits by hand, once under one name; never takes more than are left, nor changes
 * what has expired.
 */
export async function adjustPackage(
  tx: TenantTx,
  { packageId, change, reason, actorUserId, name }: Adjustment,
): Promise<Adjusted> {
  const [found] = await lockPackages(tx, { packageId })
  if (found === undefined) return { kind: 'unknown' }
  const key = `adjust:${name ?? newId()}`
  if ((await packageMovedBy(tx, key)) !== undefined) return { kind: 'repeated' }
  if (found.isExpired || found.expiresAt <= (await databaseNow(tx))) return { kind: 'expired' }
  if (found.left + change < 0) return { kind: 'tooFew', left: found.left }
  await writeCredits(tx, [
    {
      kind: 'adjust',
      left: change,
      held: 0,
      spent: 0,
      packageId,
      key,
      reason,
      actorUserId,
    },
  ])
  if (change > 0) await wake(tx, packageFact(found.clientId))
  return { kind: 'adjusted' }
}

interface PackageQuery {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly clientId?: string | undefined
}

/** A page of the packages that the viewer may see, newest first. */
export async function listPackages(
  tx: TenantTx,
  viewer: Viewer,
  { cursor, limit, clientId }: PackageQuery,
): Promise<{ items: PackageJson[]; nextCursor: string | null }> {
  const rows = await seen(tx, viewer)
    .$if(clientId !== undefined, (query) => query.where('p.client_id', '=', clientId ?? ''))
    .$if(cursor !== undefined, (query) => query.where('p.id', '<', cursor ?? ''))
    .orderBy('p.id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, jsonOf)
}

/** One package, unless it is nobody's or not for this viewer. */
export async function readPackage(
  tx: TenantTx,
  viewer: Viewer,
  id: string,
): Promise<PackageJson | undefined> {
  const row = await seen(tx, viewer).where('p.id', '=', id).executeTakeFirst()
  return row && jsonOf(row)
}

const seen = ({ trx, organizationId }: TenantTx, viewer: Viewer) =>
  trx
    .selectFrom('client_package as p')
    .selectAll()
    .select(sql<Date>`clock_timestamp()`.as('now'))
    .where('p.organization_id', '=', organizationId)
    .where(seenBy(viewer, 'p'))

type Row = Awaited<ReturnType<ReturnType<typeof seen>['executeTakeFirstOrThrow']>>

function jsonOf(row: Row): PackageJson {
  const credits = {
    left: row.credits_left,
    held: row.credits_held,
    spent: row.credits_spent,
    expired: row.credits_expired,
    expiresAt: row.expires_at.getTime(),
  }
  const standing = standingOf(credits, row.now.getTime())
  return {
    id: row.id,
    client_id: row.client_id,
    host_user_id: row.host_user_id,
    session_minutes: row.session_minutes,
    cut_off_hours: row.cut_off_hours,
    sessions_total: standing.sessionsTotal,
    sessions_used: standing.sessionsUsed,
    sessions_left: standing.sessionsLeft,
    active: standing.isActive,
    expires_at: row.expires_at.toISOString(),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}
