import { sql } from 'kysely'
import { NEVER_EXPIRES } from '../domain/token-life.ts'
import {
  insertCredential,
  lockIntegration,
  nextGeneration,
  type Tokens,
} from './credential-rows.ts'
import type { CredentialTable } from './schema-integrations.ts'
import type { TenantTx } from './tenant.ts'

/** An access token lives two hours and is renewed after one: more than this only haste can make. */
const KEPT = 24

interface Superseding {
  readonly integrationId: string
  readonly roles: readonly CredentialTable['role'][]
  /** Only this one; left out, all of these roles. */
  readonly generation?: number | undefined
  /** All of these roles but this one. */
  readonly but?: number
  /** Its refresh token was used up by the provider; only the access token may be alive. */
  readonly isSpent?: boolean
}

/**
 * Takes tokens out of use without forgetting them: they may be alive at the provider until they
 * expire, and are given back with the account.
 */
export async function supersede(
  { trx, organizationId }: TenantTx,
  { integrationId, roles, generation, but, isSpent = false }: Superseding,
): Promise<void> {
  await trx
    .updateTable('credential')
    .set({ role: 'superseded', refresh_intent_at: null, ...(isSpent && { refresh_token: null }) })
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('role', 'in', roles)
    .$if(generation !== undefined, (query) => query.where('generation', '=', generation ?? 0))
    .$if(but !== undefined, (query) => query.where('generation', '<>', but ?? 0))
    .execute()
  // A key is never given back: the one that was exchanged is forgotten at once.
  await trx
    .deleteFrom('credential')
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('role', '=', 'superseded')
    .where('expires_at', '=', new Date(NEVER_EXPIRES))
    .execute()
}

interface Latecomer {
  readonly integrationId: string
  readonly tokens: Tokens
  readonly now: number
}

/**
 * Keeps tokens that came too late to be used, so that they are given back with the account. False
 * where the account was given back already: then nobody would ever do it.
 */
export async function keepUnused(
  tx: TenantTx,
  { integrationId, tokens, now }: Latecomer,
): Promise<boolean> {
  await lockIntegration(tx, integrationId)
  const row = await tx.trx
    .selectFrom('credential')
    .select('generation')
    .where('organization_id', '=', tx.organizationId)
    .where('integration_id', '=', integrationId)
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return false
  const generation = await nextGeneration(tx, integrationId)
  await insertCredential(tx, { integrationId, generation, tokens, now, role: 'superseded' })
  return true
}

/** Forgets superseded tokens that have expired, and the oldest of more than ever are alive. */
export async function pruneSuperseded(
  { trx, organizationId }: TenantTx,
  { integrationId, now }: { readonly integrationId: string; readonly now: number },
): Promise<void> {
  await sql`
    delete from credential where organization_id = ${organizationId}
      and integration_id = ${integrationId} and role = 'superseded'
      and ((refresh_token is null and expires_at <= ${new Date(now)}) or generation in (
        select generation from credential where organization_id = ${organizationId}
          and integration_id = ${integrationId} and role = 'superseded'
        order by generation desc offset ${KEPT}))`.execute(trx)
}
