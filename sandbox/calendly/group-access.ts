import type { Group } from './catalog-rows.ts'
import type { Calendly } from './context.ts'
import { idOf, roleOf } from './context.ts'
import type { Caller } from './gate.ts'
import { notFound, permissionDenied } from './problems.ts'

/**
 * The group of an address, for those who may speak for it: an admin of its organization or its own.
 * Known are these two roles; how the refusals are worded is not, so they follow those of a user
 * hook: a stranger's is out of reach, a colleague lacks the role, and what is nowhere is a 404.
 */
export function checkGroup(calendly: Calendly, caller: Caller, uri: string): Group {
  const group = calendly.world.groups.get(idOf(uri))
  if (group === undefined) throw notFound()
  if (group.organization !== caller.user.organization) {
    throw permissionDenied('You do not have permission to access this resource.')
  }
  if (!isGroupAdmin(calendly, caller, group)) throw permissionDenied('You do not have permission')
  return group
}

/** Whether somebody may hook a group and look after its hooks. */
export function isGroupAdmin(calendly: Calendly, { user }: Caller, group: Group): boolean {
  if (group.organization !== user.organization) return false
  return roleOf(calendly, user) !== 'user' || group.admins.includes(user.uuid)
}
