import { recordAudit } from '../db/audit.ts'
import { newId } from '../db/ids.ts'
import { lockShown, want } from '../db/integrations.ts'
import type { IntegrationJson } from '../db/integrations.ts'
import { createOperation, markStarted } from '../db/operations.ts'
import type { TenantTx } from '../db/tenant.ts'
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
  if (begun.consent !== undefined) return begun.consent
  if (begun.operationId === null) return done(begun.integration)
  const key = { organizationId, operationId: begun.operationId }
  const facts = { provider: begun.integration.provider, integrationId: wish.integrationId }
  const started = await gateway.startOperation(wish.kind, key, facts)
  if (started === 'started')
    await database.withTenant(organizationId, (tx) => markStarted(tx, key.operationId))
  const operation = await waitForOutcome(database, key, options?.patienceMs ?? PATIENCE_MS)
  // A missing permission is granted by consent too, and by nothing else.
  const isForPerson = wish.kind === 'reconnect' && operation?.outcome === 'needsScope'
  if (operation?.outcome === 'needsConsent' || isForPerson)
    return database.withTenant(organizationId, (tx) =>
      needsConsent(tx, deps, { caller, integration: begun.integration }),
    )
  return {
    operationId: key.operationId,
    attemptId: key.operationId,
    outcome: operation?.outcome ?? null,
    reason: operation?.reason ?? null,
    nextStep: operation?.nextStep ?? null,
  }
}

interface Begun {
  readonly integration: IntegrationJson
  readonly operationId: string | null
  readonly consent?: OperationAnswer
}

async function begin(deps: ApiDeps, caller: Identity, { kind, integrationId }: Wish) {
  const { organizationId, userId } = caller
  return deps.database.withTenant(organizationId, async (tx): Promise<Begun> => {
    // Locked: what is decided on its status must still be so when the wish is written.
    const integration = await lockShown(tx, viewerOf(caller), integrationId)
    if (integration === undefined)
      throw new HttpProblem('not-found', 'No such integration, or not yours.')
    if (kind === 'disconnect' && integration.status === 'disconnected')
      return { integration, operationId: null }
    if ((kind === 'pause' || kind === 'resume') && isGone(integration))
      throw new HttpProblem('conflict', 'It is disconnected: reconnect it first.')
    if (kind === 'reconnect' && isGone(integration)) {
      // Nothing is wanted before the person consents: a denial leaves it as disconnected as it is.
      const consent = await needsConsent(tx, deps, { caller, integration })
      await noteWish(tx, caller, { kind, integrationId, operationId: consent.operationId })
      return { integration, operationId: null, consent }
    }
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
    await noteWish(tx, caller, { kind, integrationId, operationId })
    return { integration, operationId }
  })
}

const noteWish = (
  tx: TenantTx,
  { userId }: Identity,
  { kind, integrationId, operationId }: Wish & { readonly operationId: string | null },
): Promise<void> =>
  recordAudit(tx, {
    actorUserId: userId,
    action: `integration.${kind}`,
    subject: `integration/${integrationId}`,
    detail: { operationId },
  })

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

interface Renewal {
  readonly caller: Identity
  readonly integration: IntegrationJson
}

/** The access is given back or dead: the same integration is renewed by a new consent. */
async function needsConsent(
  tx: TenantTx,
  { urls, providers }: ApiDeps,
  { caller, integration }: Renewal,
): Promise<OperationAnswer> {
  const { id: integrationId, provider, scope, provider_account_email: email } = integration
  if (providers[provider]?.oauth === undefined) return NEW_KEY
  const { attemptId, authorizeUrl } = await askConsent(tx, urls, {
    provider,
    scope,
    userId: caller.userId,
    integrationId,
    loginHint: email ?? undefined,
  })
  return {
    operationId: attemptId,
    attemptId,
    outcome: null,
    reason: 'The account has to be approved again.',
    nextStep: 'Open the page and approve.',
    authorizeUrl,
  }
}

/** There is nobody to ask for consent: a key is made by the person, at the provider. */
const NEW_KEY: OperationAnswer = {
  operationId: null,
  attemptId: null,
  outcome: 'needsConsent',
  reason: 'There is no access to the account any more.',
  nextStep: 'Connect it again: with a new API key, or with a webhook of your own.',
}
