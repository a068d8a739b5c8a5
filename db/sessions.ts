import { ALREADY_BEGUN, CANCEL_AT_PROVIDER } from '../domain/session-words.ts'
import type { SessionStatus } from '../domain/session-state.ts'
import { owedCredit } from '../domain/credits.ts'
import { instantOf } from '../domain/instant.ts'
import { lockClient, type LockedClient } from './client-lock.ts'
import { databaseNow } from './clock.ts'
import { lockPackages, type LockedPackage, writeCredits } from './credit-entries.ts'
import { packageFact } from './packages.ts'
import { wake } from './parked.ts'
import { lockSeries, markSeriesCancelled } from './series.ts'
import { creditLines } from './session-credit.ts'
import { sessionJson, type SessionJson, type SessionRow, updateSession } from './session-rows.ts'
import { seenBy } from './sight.ts'
import { pageOf } from './page.ts'
import type { TenantTx, Viewer } from './tenant.ts'

interface SessionQuery {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly clientId?: string | undefined
  readonly seriesId?: string | undefined
  readonly status?: SessionStatus | undefined
}

/** A page of the sessions that the viewer may see, newest first. */
export async function listSessions(
  tx: TenantTx,
  viewer: Viewer,
  { cursor, limit, clientId, seriesId, status }: SessionQuery,
): Promise<{ items: SessionJson[]; nextCursor: string | null }> {
  const rows = await seen(tx, viewer)
    .$if(clientId !== undefined, (query) => query.where('s.client_id', '=', clientId ?? ''))
    .$if(seriesId !== undefined, (query) => query.where('s.series_id', '=', seriesId ?? ''))
    .$if(status !== undefined, (query) => query.where('s.status', '=', status ?? 'scheduled'))
    .$if(cursor !== undefined, (query) => query.where('s.id', '<', cursor ?? ''))
    .orderBy('s.id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, sessionJson)
}

/** One session, unless it is nobody's or not for this viewer; a merged one answers its survivor. */
export async function readSession(
  tx: TenantTx,
  viewer: Viewer,
  id: string,
): Promise<SessionJson | undefined> {
  const merged = await tx.trx
    .selectFrom('session')
    .select('merged_into')
    .where('organization_id', '=', tx.organizationId)
    .where('id', '=', id)
    .executeTakeFirst()
  const row = await seen(tx, viewer)
    .where('s.id', '=', merged?.merged_into ?? id)
    .executeTakeFirst()
  return row && sessionJson(row)
}

const seen = ({ trx, organizationId }: TenantTx, viewer: Viewer) =>
  trx
    .selectFrom('session as s')
    .selectAll()
    .where('s.organization_id', '=', organizationId)
    .where('s.merged_into', 'is', null)
    .where(seenBy(viewer, 's'))

/** Who calls it off, and why. */
export interface CallOff {
  readonly actorUserId: string
  readonly by: string | null
  readonly reason: string | null
}

/** How calling off ended; what is off already stays as it is. */
export type CalledOff = { readonly refusal: string } | { readonly row: SessionJson }

/** Calls off a session of ours; its credit comes back when it is early enough. */
export async function cancelSession(
  tx: TenantTx,
  { id, clientId, ...callOff }: CallOff & { readonly id: string; readonly clientId: string },
): Promise<CalledOff> {
  const client = await lockClient(tx, clientId)
  const [row] = await lockRows(tx, { id })
  if (client === undefined || row === undefined) throw new Error('a session that was seen is gone')
  const now = await databaseNow(tx)
  if (row.provider !== null) return { refusal: CANCEL_AT_PROVIDER }
  if (row.status === 'cancelled') return { row: sessionJson(row) }
  if (row.start_at.getTime() <= now) return { refusal: ALREADY_BEGUN }
  const packages = await lockPackages(tx, { clientId })
  const after = await callOffRow(tx, { client, packages, row, now, callOff })
  return { row: sessionJson(after) }
}

interface Rest extends CallOff {
  readonly seriesId: string
  readonly clientId: string
  /** From this session on; left out, from now on. */
  readonly fromSessionId?: string | undefined
}

/**
 * Calls off what of a series is still to come; answers the sessions called off, earliest first, or
 * undefined where the series has no such session.
 */
export async function cancelRest(
  tx: TenantTx,
  { seriesId, clientId, fromSessionId, ...callOff }: Rest,
): Promise<SessionJson[] | undefined> {
  // In the order in which a series is made: its row, its client, its sessions.
  await lockSeries(tx, seriesId)
  const client = await lockClient(tx, clientId)
  if (client === undefined) throw new Error('a series that was seen is gone')
  const rows = await lockRows(tx, { seriesId })
  const now = await databaseNow(tx)
  const first = rows.find(({ id }) => id === fromSessionId)
  if (fromSessionId !== undefined && first === undefined) return undefined
  const from = first?.start_at.getTime() ?? now
  const rest = rows
    .filter(({ status, start_at }) => status === 'scheduled' && start_at.getTime() > now)
    .filter(({ start_at }) => start_at.getTime() >= from)
  const packages = await lockPackages(tx, { clientId })
  const gone: SessionJson[] = []
  for (const row of rest)
    gone.push(sessionJson(await callOffRow(tx, { client, packages, row, now, callOff })))
  const isGone = new Set(gone.map(({ id }) => id))
  const isOver = rows.every(
    ({ id, status, start_at }) =>
      status === 'cancelled' || start_at.getTime() <= now || isGone.has(id),
  )
  if (isOver) await markSeriesCancelled(tx, seriesId)
  return gone
}

const lockRows = (
  { trx, organizationId }: TenantTx,
  { id, seriesId }: { readonly id?: string; readonly seriesId?: string },
) =>
  trx
    .selectFrom('session')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
    .$if(seriesId !== undefined, (query) => query.where('series_id', '=', seriesId ?? ''))
    .orderBy('start_at')
    .orderBy('id')
    .forUpdate()
    .execute()

interface Ending {
  readonly client: LockedClient
  readonly packages: readonly LockedPackage[]
  readonly row: SessionRow
  readonly now: number
  readonly callOff: CallOff
}

async function callOffRow(
  tx: TenantTx,
  { client, packages, row, now, callOff }: Ending,
): Promise<SessionRow> {
  const payer = packages.find(({ id }) => id === row.package_id)
  const to = owedCredit(
    {
      status: 'cancelled',
      wasOn: true,
      startAt: row.start_at.toISOString(),
      cancelledAt: instantOf(now),
    },
    payer?.cutOffHours ?? 0,
  )
  const { actorUserId } = callOff
  const lines = creditLines({ session: row, to, payer, actorUserId })
  const values = {
    status: 'cancelled' as const,
    credit: lines.length > 0 ? to : row.credit,
    movements: row.movements + (lines.length > 0 ? 1 : 0),
    cancelled_at: new Date(now),
    cancelled_by: callOff.by,
    cancellation_reason: callOff.reason,
  }
  const after = await updateSession(tx, client, { was: row, values })
  await writeCredits(tx, lines)
  if (lines.length > 0) await wake(tx, packageFact(client.id))
  return after ?? row
}
