import { setTimeout as pause } from 'node:timers/promises'
import { askOfHooks, type HookTaskEnd, type HookWish, readHookTaskEnd } from '../db/hook-tasks.ts'
import { showIntegration } from '../db/integrations.ts'
import type { IntegrationStatus } from '../domain/integration-status.ts'
import { type Identity, viewerOf } from './auth.ts'
import type { ApiDeps } from './deps.ts'
import { PATIENCE_MS } from './operation-answers.ts'
import { HttpProblem } from './problems.ts'

/** What the owner answered. */
export interface HookAnswer {
  readonly refusal: string | null
  readonly hooks: ReturnType<typeof hookJson>[]
}

/** Ten looks a second at one row by its key: unnoticeable for the database, instant for a person. */
const LOOK_EVERY_MS = 100

/** Without access to the account, nobody can look at its hooks. */
const WITHOUT_ACCESS: ReadonlySet<IntegrationStatus> = new Set([
  'disconnecting',
  'disconnected',
  'needsReconnect',
])

/**
 * Asks the owner of an integration, which alone may call the provider, and waits on the row;
 * undefined where it has not answered in time. An integration that isn't the caller's is none.
 */
export async function askOwnerOfHooks(
  { database, gateway, options }: ApiDeps,
  caller: Identity,
  wish: Omit<HookWish, 'userId'>,
): Promise<HookAnswer | undefined> {
  const { organizationId, userId } = caller
  const { integrationId } = wish
  const { taskId, provider } = await database.withTenant(organizationId, async (tx) => {
    const integration = await showIntegration(tx, viewerOf(caller), integrationId)
    if (integration === undefined)
      throw new HttpProblem('not-found', 'No such integration, or not yours.')
    if (WITHOUT_ACCESS.has(integration.status))
      throw new HttpProblem('conflict', 'There is no access to the account: reconnect it first.')
    return {
      taskId: await askOfHooks(tx, { ...wish, userId }),
      provider: integration.provider,
    }
  })
  await gateway.nudge({ organizationId, integrationId, provider })
  const until = Date.now() + (options?.patienceMs ?? PATIENCE_MS)
  for (;;) {
    const end = await database.withTenant(organizationId, (tx) => readHookTaskEnd(tx, taskId))
    if (end !== undefined) return answerOf(end)
    if (Date.now() >= until) return undefined
    await pause(LOOK_EVERY_MS)
  }
}

const answerOf = ({ outcome, reason, hooks }: HookTaskEnd): HookAnswer => ({
  refusal: outcome === 'refused' ? (reason ?? 'The provider refused it.') : null,
  hooks: hooks.map(hookJson),
})

const hookJson = ({ callbackUrl, events, ...hook }: HookTaskEnd['hooks'][number]) => ({
  ...hook,
  events: [...events],
  callback_url: callbackUrl,
})
