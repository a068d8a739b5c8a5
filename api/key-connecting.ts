import { recordAudit } from '../db/audit.ts'
import { newId } from '../db/ids.ts'
import { isHeldByAccess, openEndpointByHand, useAccess } from '../db/integration-access.ts'
import { findOrCreateForConnect, want } from '../db/integrations.ts'
import { handOverKey } from '../db/key-operations.ts'
import { createOperation, markStarted } from '../db/operations.ts'
import type { TenantTx } from '../db/tenant.ts'
import type { Provider } from '../providers/provider.ts'
import type { Identity } from './auth.ts'
import type { ApiDeps } from './deps.ts'
import { PATIENCE_MS, waitForOutcome } from './operation-answers.ts'
import { HttpProblem } from './problems.ts'

/** Who wants to connect which account, and what its bookings are to become. */
export interface ConnectWish {
  readonly provider: Provider
  readonly caller: Identity
  readonly scope: 'user' | 'organization'
  readonly purpose: 'sessions' | 'prospects' | null
}

/** The outcome, or the attempt to watch; and once, what to enter at the provider. */
export interface ConnectAnswer {
  readonly attemptId: string
  readonly integrationId: string | null
  readonly outcome: string | null
  readonly reason: string | null
  readonly nextStep: string | null
  readonly webhook: { subscriberUrl: string; secret: string; events: string[] } | null
}

/** An operation that nobody took up within ten minutes has failed. */
const OPERATION_LIFE_MS = 10 * 60_000

/** Keeps the key sealed, and has it tried and taken over like any other grant. */
export async function connectByKey(
  deps: ApiDeps,
  wish: ConnectWish & { readonly apiKey: string; readonly origin: string | undefined },
): Promise<ConnectAnswer> {
  const { provider, caller, scope, purpose, apiKey: key, origin } = wish
  const apiAddress = provider.keys?.addressOf(origin)
  if (apiAddress === undefined)
    throw new HttpProblem(
      'bad-request',
      'origin is a well-known name of the provider or an https origin of your own, without a path.',
    )
  const id = newId()
  await deps.database.withTenant(caller.organizationId, async (tx) => {
    const { userId } = caller
    const expiresAt = new Date(Date.now() + OPERATION_LIFE_MS)
    const { name } = provider
    await handOverKey(tx, {
      id,
      provider: name,
      scope,
      userId,
      purpose,
      key,
      apiAddress,
      expiresAt,
    })
    await noteWish(tx, wish, id)
  })
  return { ...(await outcomeOf(deps, wish, id)), webhook: null }
}

const HELD_BY_KEY =
  'It is connected by a key, or that key still has to clean up: disconnect it, or forget it, first.'

/** Opens an endpoint at once; what is missing is the webhook that the person makes. */
export async function connectByHand(deps: ApiDeps, wish: ConnectWish): Promise<ConnectAnswer> {
  const { provider, caller, scope, purpose } = wish
  const id = newId()
  const opened = await deps.database.withTenant(caller.organizationId, async (tx) => {
    const { userId } = caller
    const connection = { provider: provider.name, scope, userId, purpose: purpose ?? undefined }
    const integrationId = await findOrCreateForConnect(tx, connection)
    // Its webhook would stay behind, with nobody who could remove it.
    if (await isHeldByAccess(tx, integrationId)) throw new HttpProblem('conflict', HELD_BY_KEY)
    await createOperation(tx, {
      id,
      kind: 'connect',
      provider: provider.name,
      scope,
      userId,
      integrationId,
      expiresAt: new Date(Date.now() + OPERATION_LIFE_MS),
    })
    await useAccess(tx, { integrationId, purpose, isByHand: true })
    const baseUrl = deps.urls.apiUrl
    const endpoint = await openEndpointByHand(tx, {
      integrationId,
      baseUrl,
      scope,
      now: Date.now(),
    })
    await want(tx, { integrationId, wanted: 'connected', operationId: id })
    await noteWish(tx, wish, id)
    return endpoint
  })
  const webhook = { ...opened, events: [...provider.webhookEvents] }
  return { ...(await outcomeOf(deps, wish, id)), webhook }
}

const noteWish = (
  tx: TenantTx,
  { provider, caller, scope, purpose }: ConnectWish,
  operationId: string,
): Promise<void> =>
  recordAudit(tx, {
    actorUserId: caller.userId,
    action: 'integration.connect',
    subject: `operation/${operationId}`,
    detail: { provider: provider.name, scope, purpose },
  })

async function outcomeOf(
  { database, gateway, options }: ApiDeps,
  { provider, caller: { organizationId } }: ConnectWish,
  operationId: string,
): Promise<Omit<ConnectAnswer, 'webhook'>> {
  const key = { organizationId, operationId }
  const started = await gateway.startOperation('connect', key, { provider: provider.name })
  if (started === 'started')
    await database.withTenant(organizationId, (tx) => markStarted(tx, operationId))
  const operation = await waitForOutcome(database, key, options?.patienceMs ?? PATIENCE_MS)
  return {
    attemptId: operationId,
    integrationId: operation?.integrationId ?? null,
    outcome: operation?.outcome ?? null,
    reason: operation?.reason ?? null,
    nextStep: operation?.nextStep ?? null,
  }
}
