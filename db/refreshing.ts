import { sql } from 'kysely'
import {
  insertCredential,
  lockIntegration,
  nextGeneration,
  placeOf,
  type Tokens,
} from './credential-rows.ts'
import { pruneSuperseded, supersede } from './credential-superseding.ts'
import { open } from './sealing.ts'
import type { TenantTx } from './tenant.ts'

/** Once, and once more after an unclear outcome: a third try could only look like theft. */
const MOST_TRIES = 2

/**
 * A call is over after eight seconds, one way or the other: while an intent is younger, a second
 * presentation could be in flight beside the first.
 */
const INTENT_LIVES_MS = 9_000

interface Generation {
  readonly integrationId: string
  readonly generation: number
}

/** Whether a refresh may be tried, and with which token. */
export type RefreshIntent =
  | { readonly kind: 'stale' }
  | { readonly kind: 'dead'; readonly why: string }
  | { readonly kind: 'spent' }
  | { readonly kind: 'busy'; readonly freeInMs: number }
  | { readonly kind: 'go'; readonly refreshToken: string; readonly tries: number }

/**
 * Notes the intent to refresh before the call. `stale`: a newer generation is in use. `dead`: it
 * was given up before. `busy`: somebody else presents this token now. `spent`: it was presented
 * twice without a clear answer.
 */
export async function beginRefresh(
  tx: TenantTx,
  { integrationId, generation, now }: Generation & { readonly now: number },
): Promise<RefreshIntent> {
  const row = await newest(tx, integrationId)
  if (row?.generation !== generation || row.refresh_token === null) return { kind: 'stale' }
  if (row.role === 'dead') return { kind: 'dead', why: row.dead_reason ?? '' }
  const freeInMs = (row.refresh_intent_at?.getTime() ?? 0) + INTENT_LIVES_MS - now
  if (freeInMs > 0) return { kind: 'busy', freeInMs }
  if (row.refresh_tries >= MOST_TRIES) return { kind: 'spent' }
  await update(tx, { integrationId, generation })
    .set({ refresh_tries: row.refresh_tries + 1, refresh_intent_at: new Date(now) })
    .execute()
  const place = { organizationId: tx.organizationId, integrationId, generation }
  return {
    kind: 'go',
    refreshToken: open(tx.keyRing, placeOf(place, 'refresh_token'), row.refresh_token),
    tries: row.refresh_tries + 1,
  }
}

/** An intent is known by its time: a worker that was paused can't end the one of another. */
interface Intent extends Generation {
  readonly now: number
}

/** The token was not touched: this try does not count. */
export async function clearIntent(tx: TenantTx, intent: Intent): Promise<void> {
  await update(tx, intent)
    .set({ refresh_tries: sql`greatest(refresh_tries - 1, 0)`, refresh_intent_at: null })
    .where('refresh_intent_at', '=', new Date(intent.now))
    .execute()
}

/** Nobody knows what became of the token: the try counts, and the next one need not wait. */
export async function leaveUnclear(tx: TenantTx, intent: Intent): Promise<void> {
  await update(tx, intent)
    .set({ refresh_intent_at: null })
    .where('refresh_intent_at', '=', new Date(intent.now))
    .execute()
}

interface Refreshed {
  readonly integrationId: string
  readonly fromGeneration: number
  readonly tokens: Tokens
  readonly now: number
}

/**
 * Stores the answer of a refresh as the next generation, unless a newer one is there: a worker
 * that was paused can't store over it. It also heals a generation that was given up meanwhile.
 */
export async function storeRefreshed(tx: TenantTx, refreshed: Refreshed): Promise<boolean> {
  const { trx, organizationId } = tx
  const { integrationId, fromGeneration, tokens, now } = refreshed
  const { provider_user_uri: userUri } = await lockIntegration(tx, integrationId)
  const row = await newest(tx, integrationId)
  if (row?.generation !== fromGeneration) return false
  const generation = await nextGeneration(tx, integrationId)
  // Its access token stays alive at the provider until it expires.
  await supersede(tx, {
    integrationId,
    roles: ['current', 'dead'],
    generation: fromGeneration,
    isSpent: true,
  })
  await pruneSuperseded(tx, { integrationId, now })
  const expiresAt = await insertCredential(tx, {
    integrationId,
    generation,
    role: 'current',
    now,
    tokens: {
      ...tokens,
      ownerUri: row.account_user_uri ?? tokens.ownerUri ?? userUri,
      organizationUri: row.account_organization_uri ?? tokens.organizationUri,
    },
    accountEmail: row.account_email,
  })
  await trx
    .updateTable('integration')
    .set({ token_generation: generation, token_expires_at: expiresAt })
    .where('organization_id', '=', organizationId)
    .where('id', '=', integrationId)
    .execute()
  return true
}

const update = ({ trx, organizationId }: TenantTx, { integrationId, generation }: Generation) =>
  trx
    .updateTable('credential')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('generation', '=', generation)

async function newest({ trx, organizationId }: TenantTx, integrationId: string) {
  return trx
    .selectFrom('credential')
    .select(['generation', 'role', 'dead_reason'])
    .select(['refresh_token', 'refresh_tries', 'refresh_intent_at'])
    .select(['account_user_uri', 'account_organization_uri', 'account_email'])
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('role', 'in', ['current', 'dead'])
    .orderBy('generation', 'desc')
    .limit(1)
    .forUpdate()
    .executeTakeFirst()
}
