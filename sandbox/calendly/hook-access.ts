import type { Calendly } from './context.ts'
import { idOf, roleOf } from './context.ts'
import type { Caller } from './gate.ts'
import { checkGroup, isGroupAdmin } from './group-access.ts'
import type { Hook } from './hook-rows.ts'
import { invalidArgument, notFound, permissionDenied } from './problems.ts'

const SCOPES = ['user', 'organization', 'group'] as const

/** The scope of that name; throws the 400 of any other. */
export function scopeOf(name: unknown): Hook['scope'] {
  const scope = SCOPES.find((known) => known === name)
  if (scope !== undefined) return scope
  throw invalidArgument([{ parameter: 'scope', message: 'is not included in the list' }])
}

/** The hooks of one scope: the organization's, the caller's own, or a group's. */
export function listHooks(
  calendly: Calendly,
  caller: Caller,
  query: Record<string, unknown>,
): Hook[] {
  const scope = scopeOf(query['scope'])
  checkReach(calendly, caller, query)
  const named = scope === 'organization' ? undefined : idOf(String(query[scope]))
  return calendly.world.hooks
    .by('organization', caller.user.organization)
    .filter((hook) => hook.scope === scope)
    .filter((hook) => scope === 'organization' || hook[scope] === named)
}

/** Throws the refusal of somebody to whom a scope of the query is not open, as a listing words it. */
export function checkReach(
  calendly: Calendly,
  caller: Caller,
  query: Record<string, unknown>,
): void {
  const scope = scopeOf(query['scope'])
  if (scope !== 'organization' && query[scope] === undefined) {
    throw invalidArgument([{ parameter: scope, message: 'is missing' }])
  }
  if (idOf(String(query['organization'])) !== caller.user.organization) {
    throw permissionDenied('You do not have permission')
  }
  if (scope === 'user' && query['user'] !== caller.uri) throw permissionDenied('Unauthorized')
  if (scope === 'group') checkGroup(calendly, caller, String(query['group']))
  if (scope === 'organization' && roleOf(calendly, caller.user) === 'user') {
    throw permissionDenied('You do not have permission to access this resource.')
  }
}

/** The hook of a path, for its user, its creator, and the admins of what it is for. */
export function reachHook(calendly: Calendly, caller: Caller, params: unknown): Hook {
  const hook = calendly.world.hooks.get((params as { uuid: string }).uuid)
  if (hook === undefined) throw notFound()
  const isOwn = hook.user === caller.user.uuid || hook.creator === caller.user.uuid
  if (isOwn || administers(calendly, caller, hook)) return hook
  throw permissionDenied('You do not have permission to access this resource.')
}

function administers(calendly: Calendly, caller: Caller, hook: Hook): boolean {
  const group = calendly.world.groups.get(hook.group ?? '')
  if (group !== undefined) return isGroupAdmin(calendly, caller, group)
  const isAdmin =
    hook.organization === caller.user.organization && roleOf(calendly, caller.user) !== 'user'
  return isAdmin && hook.scope === 'organization'
}
