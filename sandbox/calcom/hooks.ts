import { randomUUID } from 'node:crypto'
import type { Calcom } from './context.ts'
import type { HookWishes } from './hook-rules.ts'
import type { Hook, HookScope } from './world.ts'
import { nextNumber } from './world.ts'

/** How each scope names its owner in an answer. */
const OWNER_FIELD: Record<HookScope, string> = {
  user: 'userId',
  'event-type': 'eventTypeId',
  team: 'teamId',
  organization: 'teamId',
  'oauth-client': 'oAuthClientId',
}

/** Keeps a new hook of a scope. */
export function createHook(
  { world }: Calcom,
  given: HookWishes & { scope: HookScope; owner: string; appId?: string | undefined },
): Hook {
  const hook: Hook = {
    id: randomUUID(),
    number: nextNumber(world, 'hook'),
    scope: given.scope,
    owner: given.owner,
    subscriberUrl: given.subscriberUrl ?? '',
    triggers: given.triggers ?? [],
    active: given.active ?? true,
    // An empty secret is no secret.
    secret: given.secret === '' ? null : (given.secret ?? null),
    payloadTemplate: given.payloadTemplate ?? null,
    appId: given.appId ?? null,
    createdAt: new Date().toISOString(),
  }
  world.hooks.put(hook)
  return hook
}

/** The hooks of one owner, oldest first. */
export function hooksOf({ world }: Calcom, scope: HookScope, owner: string): Hook[] {
  return world.hooks.by('owner', `${scope}:${owner}`)
}

/** A hook by its id, or by its number while ids are numbers. */
export function findHook({ world }: Calcom, id: string): Hook | undefined {
  return world.hooks.get(id) ?? world.hooks.all().find(({ number }) => String(number) === id)
}

/** A hook as the API shows it, its secret included. */
export function hookObject(calcom: Calcom, hook: Hook) {
  const { scope, owner } = hook
  return {
    id: calcom.read('numericIds') ? hook.number : hook.id,
    [OWNER_FIELD[scope]]: scope === 'oauth-client' ? owner : Number(owner),
    triggers: hook.triggers,
    subscriberUrl: hook.subscriberUrl,
    active: hook.active,
    payloadTemplate: hook.payloadTemplate,
    ...(hook.secret === null ? {} : { secret: hook.secret }),
  }
}
