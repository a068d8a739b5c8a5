import { createHash } from 'node:crypto'
import { recordAudit } from '../db/audit.ts'
import { readClient } from '../db/clients.ts'
import { type PackageJson, readPackage } from '../db/packages.ts'
import { askForSeries, markSeriesStarted } from '../db/series.ts'
import { readSeries, type SeriesJson } from '../db/series-lists.ts'
import type { TenantTx } from '../db/tenant.ts'
import { canonicalText } from '../domain/booking-merge.ts'
import { refusalOf } from '../domain/credits.ts'
import { occurrencesOf } from '../domain/recurrence.ts'
import {
  HOST_UNKNOWN,
  LONGER_THAN_PAID,
  PACKAGE_EXPIRED,
  PACKAGE_OF_ANOTHER,
  SERIES_ELSEWHERE,
} from '../domain/session-words.ts'
import { type Identity, viewerOf } from './auth.ts'
import type { ApiDeps } from './deps.ts'
import { checkHost } from './hosts.ts'
import { lookUntil, PATIENCE_MS } from './operation-answers.ts'
import { HttpProblem } from './problems.ts'
import { creditsIn, type RecurringWish, ruleOf } from './recurring.ts'

/** The package that is to pay, once client, package and host are the caller's to use. */
export async function payerOf(
  tx: TenantTx,
  caller: Identity,
  { clientId, packageId, hostUserId, durationMinutes = 0 }: RecurringWish,
): Promise<PackageJson> {
  const viewer = viewerOf(caller)
  const client = await readClient(tx, viewer, clientId)
  const payer = await readPackage(tx, viewer, packageId)
  if (client === undefined) throw new HttpProblem('not-found', 'No such client, or not yours.')
  if (payer === undefined) throw new HttpProblem('not-found', 'No such package, or not yours.')
  if (payer.client_id !== clientId) throw new HttpProblem('invalid-input', PACKAGE_OF_ANOTHER)
  // A client books with the host it has paid for, whoever that is, and as long as it has paid for.
  if (caller.role !== 'client') await checkHost(tx, caller, hostUserId)
  if (caller.role === 'client' && hostUserId !== payer.host_user_id)
    throw new HttpProblem('invalid-input', HOST_UNKNOWN)
  if (caller.role === 'client' && durationMinutes > payer.session_minutes)
    throw new HttpProblem('invalid-input', LONGER_THAN_PAID)
  return payer
}

/** A series as it is asked for: with a key, so that asking twice makes one. */
export type SeriesRequest = RecurringWish & { readonly idempotencyKey: string }

/**
 * Commits what is to be made, starts its workflow and answers the series, made if it came in time.
 * Nothing of it is made where its credits do not suffice.
 */
export async function makeSeries(
  { database, gateway, options }: ApiDeps,
  caller: Identity,
  wish: SeriesRequest,
): Promise<SeriesJson> {
  const { organizationId } = caller
  const seriesId = await database.withTenant(organizationId, (tx) => ask(tx, caller, wish))
  const key = { organizationId, operationId: seriesId }
  const started = await gateway.startOperation('series', key)
  if (started === 'started')
    await database.withTenant(organizationId, (tx) => markSeriesStarted(tx, seriesId))
  const look = () =>
    database.withTenant(organizationId, (tx) => readSeries(tx, viewerOf(caller), seriesId))
  const series = await lookUntil(look, isMade, options?.patienceMs ?? PATIENCE_MS)
  if (series === undefined) throw new HttpProblem('not-found', 'No such series, or not yours.')
  if (series.status === 'failed') refuse(series.reason ?? 'Nothing was booked.')
  return series
}

const isMade = (series: SeriesJson | undefined): boolean => series?.status !== 'creating'

const refuse = (reason: string): never => {
  throw new HttpProblem(reason === PACKAGE_EXPIRED ? 'conflict' : 'not-enough-credits', reason)
}

async function ask(tx: TenantTx, caller: Identity, wish: SeriesRequest): Promise<string> {
  const { clientId, packageId, hostUserId, idempotencyKey } = wish
  const payer = await payerOf(tx, caller, wish)
  const rule = ruleOf(wish, payer.session_minutes)
  const now = Date.now()
  const dates = occurrencesOf(rule, now)
  const asked = await askForSeries(tx, {
    clientId,
    packageId,
    hostUserId,
    createdBy: caller.userId,
    idempotencyKey,
    requestHash: createHash('sha256').update(canonicalText(wish)).digest(),
    rule,
    dates,
  })
  if (asked === 'mismatch') throw new HttpProblem('idempotency-mismatch', SERIES_ELSEWHERE)
  if (!asked.isNew) return asked.seriesId
  // Told at once where it is plain already; decided under the package's lock by the workflow.
  const refusal = refusalOf(creditsIn(payer), { needed: dates.length, now })
  if (refusal !== null) refuse(refusal)
  await recordAudit(tx, {
    actorUserId: caller.userId,
    action: 'series.create',
    subject: `series/${asked.seriesId}`,
    detail: { count: dates.length, packageId },
  })
  return asked.seriesId
}
