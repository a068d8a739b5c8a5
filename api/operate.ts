import { recordAudit } from '../db/audit.ts'
import { newId } from '../db/ids.ts'
import { showIntegration, want } from '../db/integrations.ts'
import type { IntegrationJson } from '../db/integrations.ts'
import { createOperation, markStarted } from '../db/operations.ts'
import type { OperationKind, OperationOutcome } from '../domain/operation.ts'
import type { Wanted } from '../domain/integration-status.ts'
import type { Identity } from './auth.ts'
import { viewerOf } from './auth.ts'
import { askConsent } from './consent.ts'
import type { ApiDeps } from './deps.ts'
import { PATIENCE_MS, waitForOutcome } from './operation-answers.ts'
import { HttpProblem } from './problems.ts'

/** What a person asks of an existing integration. */
export interface Wish {
  readonly kind: Exclude<OperationKind, 'connect'>
  readonly integrationId: string
}

/** The outcome, or the operation to watch; a page to open where consent is needed. */
export interface OperationAnswer {
  readonly operationId: string | null
  readonly attemptId: string | null
  readonly outcome: OperationOutcome | null
  readonly reason: string | null
  readonly nextStep: string | null
  readonly authorizeUrl?: string
}

/** An operation that nobody took up within ten minutes has failed. */
const OPERATION_LIFE_MS = 10 * 60_000

const WANTED: Readonly<Record<Wish['kind'], Wanted>> = {
  reconnect: 'connected',
  resume: 'connected',
  pause: 'paused',
  disconnect: 'disconnected',
}

/**
 * Commits what is wanted and the operation that waits for it together, starts the workflow, and
 * answers the outcome if it comes in time. The same whether Temporal and a worker are up or not.
 */
export async function operate(
  deps: ApiDeps,
  caller: Identity,
  wish: Wish,
): Promise<OperationAnswer> {
  const { database, gateway, options } = deps
  const { organizationId } = caller
  const begun = await begin(deps, caller, wish)
  if (begun.operationId === null) return done(begun.integration)
  const key = { organizationId, operationId: begun.operationId }
  const facts = { provider: begun.integration.provider, integrationId: wish.integrationId }
  const started = await gateway.startOperation(wish.kind, key, facts)
  if (started === 'started')
    await database.withTenant(organizationId, (tx) => markStarted(tx, key.operationId))
  const operation = await waitForOutcome(database, key, options?.patienceMs ?? PATIENCE_MS)
  if (operation?.outcome === 'needsConsent') return needsConsent(deps, caller, begun.integration)
  return {
    operationId: key.operationId,
    attemptId: key.operationId,
    outcome: operation?.outcome ?? null,
    reason: operation?.reason ?? null,
    nextStep: operation?.nextStep ?? null,
  }
}

async function begin({ database }: ApiDeps, caller: Identity, { kind, integrationId }: Wish) {
  const { organizationId, userId } = caller
  return database.withTenant(organizationId, async (tx) => {
    const integration = await showIntegration(tx, viewerOf(caller), integrationId)
    if (integration === undefined)
      throw new HttpProblem('not-found', 'No such integration, or not yours.')
    if (kind === 'disconnect' && integration.status === 'disconnected')
      return { integration, operationId: null }
    if ((kind === 'pause' || kind === 'resume') && isGone(integration))
      throw new HttpProblem('conflict', 'It is disconnected: reconnect it first.')
    const operationId = newId()
    await createOperation(tx, {
      id: operationId,
      kind,
      provider: integration.provider,
      scope: integration.scope,
      userId,
      integrationId,
      expiresAt: new Date(Date.now() + OPERATION_LIFE_MS),
    })
    await want(tx, { integrationId, wanted: WANTED[kind], operationId })
    await recordAudit(tx, {
      actorUserId: userId,
      action: `integration.${kind}`,
      subject: `integration/${integrationId}`,
      detail: { operationId },
    })
    return { integration, operationId }
  })
}

const isGone = ({ status }: IntegrationJson): boolean =>
  status === 'disconnecting' || status === 'disconnected'

/** Disconnecting the disconnected is answered with the earlier outcome and changes nothing. */
const done = ({ reason, next_step }: IntegrationJson): OperationAnswer => ({
  operationId: null,
  attemptId: null,
  outcome: 'disconnected',
  reason,
  nextStep: next_step,
})

/** The refresh token is dead: the same integration is renewed by a new consent. */
async function needsConsent(
  { database, urls }: ApiDeps,
  { organizationId, userId }: Identity,
  { id: integrationId, provider, scope, provider_account_email }: IntegrationJson,
): Promise<OperationAnswer> {
  const { attemptId, authorizeUrl } = await database.withTenant(organizationId, (tx) =>
    askConsent(tx, urls, {
      provider,
      scope,
      userId,
      integrationId,
      loginHint: provider_account_email ?? undefined,
    }),
  )
  return {
    operationId: attemptId,
    attemptId,
    outcome: null,
    reason: 'The account has to be approved again.',
    nextStep: 'Open the page and approve.',
    authorizeUrl,
  }
}
