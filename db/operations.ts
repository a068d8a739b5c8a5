import { sql } from 'kysely'
import type { OperationKind, OperationProgress, OperationReport } from '../domain/operation.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import { ending } from './operation-endings.ts'
import { open, type SealedPlace, seal } from './sealing.ts'
import type { TenantTx } from './tenant.ts'

export { endExpired, finishOperation, finishUpTo } from './operation-endings.ts'

/** An operation as the routes and workflows see it: no secret. */
export interface Operation {
  readonly id: string
  readonly kind: OperationKind
  readonly provider: ProviderName
  readonly scope: 'user' | 'organization'
  readonly userId: string
  readonly integrationId: string | null
  readonly wantedRevision: number | null
  readonly progress: OperationProgress
  readonly outcome: OperationReport['outcome'] | null
  readonly reason: string | null
  readonly nextStep: string | null
  readonly startedAt: Date | null
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly finishedAt: Date | null
}

interface NewOperation {
  readonly id: string
  readonly kind: OperationKind
  readonly provider: ProviderName
  readonly scope?: 'user' | 'organization' | undefined
  readonly userId: string
  readonly integrationId?: string | undefined
  readonly ticketHash?: Buffer | undefined
  readonly expiresAt: Date
}

/** Records what a person asks for. Without a ticket there is no consent to wait for. */
export async function createOperation({ trx, organizationId }: TenantTx, wish: NewOperation) {
  await trx
    .insertInto('operation')
    .values({
      organization_id: organizationId,
      id: wish.id,
      kind: wish.kind,
      provider: wish.provider,
      scope: wish.scope ?? 'user',
      user_id: wish.userId,
      integration_id: wish.integrationId ?? null,
      ticket_hash: wish.ticketHash ?? null,
      expires_at: wish.expiresAt,
      progress: wish.ticketHash === undefined ? 'waiting' : 'created',
      ready_at: wish.ticketHash === undefined ? sql<Date>`now()` : null,
    })
    .execute()
}

/** The operation, or undefined when it is nobody's here. */
export async function readOperation(
  { trx, organizationId }: TenantTx,
  id: string,
): Promise<Operation | undefined> {
  return trx
    .selectFrom('operation')
    .select(['id', 'kind', 'provider', 'scope', 'progress', 'outcome', 'reason'])
    .select(['user_id as userId', 'integration_id as integrationId', 'next_step as nextStep'])
    .select(['wanted_revision as wantedRevision', 'started_at as startedAt'])
    .select(['created_at as createdAt', 'expires_at as expiresAt', 'finished_at as finishedAt'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Who asks for a consent, as the person who is to give it must be told. */
export async function readAsker({ trx, organizationId }: TenantTx, id: string) {
  return trx
    .selectFrom('operation as o')
    .innerJoin('organization as t', 't.id', 'o.organization_id')
    .innerJoin('app_user as u', (on) =>
      on.onRef('u.organization_id', '=', 'o.organization_id').onRef('u.id', '=', 'o.user_id'),
    )
    .select(['o.provider', 'o.progress', 'o.browser_hash as browserHash'])
    .select(['t.name as organization', 'u.subject', 'u.name'])
    .select(sql<boolean>`o.expires_at <= now()`.as('isExpired'))
    .where('o.organization_id', '=', organizationId)
    .where('o.id', '=', id)
    .executeTakeFirst()
}

/** Whether this browser is the one that opened the operation. */
export async function isOpenedBy(
  tx: TenantTx,
  { id, browserHash }: { readonly id: string; readonly browserHash: Buffer },
): Promise<boolean> {
  const row = await tx.trx
    .selectFrom('operation')
    .select('browser_hash')
    .where('organization_id', '=', tx.organizationId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.browser_hash?.equals(browserHash) === true
}

interface Opening {
  readonly id: string
  readonly browserHash: Buffer
  readonly stateHash: Buffer
  readonly codeVerifier: string
}

/**
 * Binds an operation to the browser that opened it and to one state. The same browser may open it
 * again, a reload, with a new state; once the person has answered it is used.
 */
export async function openOperation(tx: TenantTx, opening: Opening) {
  const { trx, organizationId, keyRing } = tx
  const { id, browserHash, stateHash, codeVerifier } = opening
  const row = await lock(tx, id)
  // An answered operation has no ticket left: one that ended with its ticket has expired.
  if (row?.isExpired === true) return 'expired'
  if (row === undefined || !isBefore(row.progress, 'authorized')) return 'used'
  if (row.browser_hash !== null && !row.browser_hash.equals(browserHash)) return 'otherBrowser'
  await trx
    .updateTable('operation')
    .set({
      browser_hash: browserHash,
      state_hash: stateHash,
      code_verifier: seal(keyRing, placeOf(organizationId, id, 'code_verifier'), codeVerifier),
      progress: 'opened',
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute()
  return 'opened'
}

type Consent = {
  readonly id: string
  readonly stateHash: Buffer
  readonly browserHash: Buffer
} & ({ readonly code: string } | { readonly ended: OperationReport })

/** Takes the person's answer once: keeps the code sealed, or ends the operation. */
export async function consumeState(tx: TenantTx, consent: Consent) {
  const { trx, organizationId, keyRing } = tx
  const row = await lock(tx, consent.id)
  if (row?.state_hash?.equals(consent.stateHash) !== true) return 'used'
  if (row.progress !== 'opened' && !row.isExpired) return 'used'
  if (row.browser_hash?.equals(consent.browserHash) !== true) return 'otherBrowser'
  if (row.isExpired) return 'expired'
  const answer =
    'code' in consent
      ? {
          code: seal(keyRing, placeOf(organizationId, consent.id, 'code'), consent.code),
          progress: 'authorized' as const,
          ready_at: sql<Date>`now()`,
        }
      : ending(consent.ended)
  await trx
    .updateTable('operation')
    .set({ state_hash: null, ticket_hash: null, ...answer })
    .where('organization_id', '=', organizationId)
    .where('id', '=', consent.id)
    .execute()
  return 'consumed'
}

/** Notes that Temporal has taken the operation; the relay leaves it alone from here. */
export async function markStarted({ trx, organizationId }: TenantTx, id: string): Promise<void> {
  await trx
    .updateTable('operation')
    .set({ started_at: sql`coalesce(started_at, now())` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute()
}

/** Hands the code out once, ever: a code presented twice may cost the grant. Commit before use. */
export async function beginExchange(tx: TenantTx, id: string) {
  const { trx, organizationId, keyRing } = tx
  const row = await lock(tx, id)
  if (row?.code == null || row.code_verifier === null || row.exchange_started_at !== null)
    return 'already'
  const code = open(keyRing, placeOf(organizationId, id, 'code'), row.code)
  const place = placeOf(organizationId, id, 'code_verifier')
  const codeVerifier = open(keyRing, place, row.code_verifier)
  await trx
    .updateTable('operation')
    .set({
      exchange_started_at: sql`now()`,
      progress: 'exchanging',
      code: null,
      code_verifier: null,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute()
  const { provider, scope, user_id: userId, integration_id: integrationId } = row
  return { code, codeVerifier, provider, scope, userId, integrationId }
}

async function lock({ trx, organizationId }: TenantTx, id: string) {
  return trx
    .selectFrom('operation')
    .select(['progress', 'browser_hash', 'state_hash', 'code', 'code_verifier'])
    .select(['provider', 'scope', 'user_id', 'integration_id'])
    .select(['exchange_started_at', sql<boolean>`expires_at <= now()`.as('isExpired')])
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

const STEPS: readonly OperationProgress[] = [
  'created',
  'opened',
  'authorized',
  'exchanging',
  'waiting',
  'done',
]

const isBefore = (progress: OperationProgress, step: OperationProgress): boolean =>
  STEPS.indexOf(progress) < STEPS.indexOf(step)

/** Where the secrets of an operation are sealed. */
export const placeOf = (organizationId: string, id: string, field: string): SealedPlace => ({
  organizationId,
  row: `operation/${id}`,
  field,
  generation: 0,
})
