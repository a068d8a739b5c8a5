import { refusalOf } from '../domain/credits.ts'
import type { Occurrence, RecurrenceRule } from '../domain/recurrence.ts'
import { lockClient } from './client-lock.ts'
import { databaseNow } from './clock.ts'
import { lockPackages, writeCredits } from './credit-entries.ts'
import { newId } from './ids.ts'
import type { SeriesStatus } from './schema-sessions.ts'
import { creditLines } from './session-credit.ts'
import { insertSessions } from './session-rows.ts'
import type { TenantTx } from './tenant.ts'

interface SeriesWish {
  readonly clientId: string
  readonly packageId: string
  readonly hostUserId: string
  readonly createdBy: string
  readonly idempotencyKey: string
  /** What the request said: the same key with another request is refused. */
  readonly requestHash: Buffer
  readonly rule: RecurrenceRule
  readonly dates: readonly Occurrence[]
}

/** Keeps what is to be made; the same key answers the same series, 'mismatch' for another request. */
export async function askForSeries(
  { trx, organizationId }: TenantTx,
  wish: SeriesWish,
): Promise<{ readonly seriesId: string; readonly isNew: boolean } | 'mismatch'> {
  const id = newId()
  await trx
    .insertInto('session_series')
    .values({
      organization_id: organizationId,
      id,
      client_id: wish.clientId,
      package_id: wish.packageId,
      host_user_id: wish.hostUserId,
      created_by: wish.createdBy,
      idempotency_key: wish.idempotencyKey,
      request_hash: wish.requestHash,
      rule: JSON.stringify(wish.rule),
      dates: JSON.stringify(wish.dates),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'created_by', 'idempotency_key'])
        .where('idempotency_key', 'is not', null)
        .doNothing(),
    )
    .execute()
  const row = await trx
    .selectFrom('session_series')
    .select(['id', 'request_hash'])
    .where('organization_id', '=', organizationId)
    .where('created_by', '=', wish.createdBy)
    .where('idempotency_key', '=', wish.idempotencyKey)
    .executeTakeFirstOrThrow()
  if (!row.request_hash.equals(wish.requestHash)) return 'mismatch'
  return { seriesId: row.id, isNew: row.id === id }
}

/** Notes that Temporal has the making of a series, so that the relay does not find it again. */
export async function markSeriesStarted(
  { trx, organizationId }: TenantTx,
  id: string,
): Promise<void> {
  await trx
    .updateTable('session_series')
    .set({ started_at: new Date() })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('started_at', 'is', null)
    .execute()
}

/** Makes all sessions of a series and spends their credits, or none and says why. Once. */
export async function makeSeries(
  tx: TenantTx,
  id: string,
): Promise<Exclude<SeriesStatus, 'creating'>> {
  const series = await lockSeries(tx, id)
  if (series === undefined) return 'failed'
  if (series.status !== 'creating') return series.status
  const client = await lockClient(tx, series.client_id)
  const [payer] = await lockPackages(tx, { packageId: series.package_id })
  if (client === undefined || payer === undefined) throw new Error('a series names what exists')
  const refusal = refusalOf(payer, { needed: series.dates.length, now: await databaseNow(tx) })
  // What failed made nothing: its key is free to try again with.
  if (refusal !== null)
    return end(tx, id, { status: 'failed', reason: refusal, idempotency_key: null })
  const rows = await insertSessions(
    tx,
    client,
    series.dates.map(({ startAt, endAt }) => ({
      client_id: series.client_id,
      package_id: payer.id,
      host_user_id: series.host_user_id,
      series_id: id,
      timezone: series.rule.timezone,
      start_at: new Date(startAt),
      end_at: new Date(endAt),
      status: 'scheduled',
      credit: 'spent',
      movements: 1,
    })),
  )
  await writeCredits(
    tx,
    rows.flatMap((row) =>
      creditLines({
        session: { id: row.id, credit: 'none', movements: 0 },
        to: 'spent',
        payer,
        actorUserId: series.created_by,
      }),
    ),
  )
  return end(tx, id, { status: 'scheduled', reason: null })
}

/** Says of a series that nothing of it is still to come. */
export async function markSeriesCancelled(
  { trx, organizationId }: TenantTx,
  id: string,
): Promise<void> {
  await trx
    .updateTable('session_series')
    .set({ status: 'cancelled' })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute()
}

/** A series' row, locked until the transaction ends. */
export const lockSeries = ({ trx, organizationId }: TenantTx, id: string) =>
  trx
    .selectFrom('session_series')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()

interface SeriesEnd<Status> {
  readonly status: Status
  readonly reason: string | null
  readonly idempotency_key?: null
}

async function end<Status extends Exclude<SeriesStatus, 'creating'>>(
  { trx, organizationId }: TenantTx,
  id: string,
  values: SeriesEnd<Status>,
): Promise<Status> {
  await trx
    .updateTable('session_series')
    .set({ ...values, finished_at: new Date() })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute()
  return values.status
}
