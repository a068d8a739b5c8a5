import type { Fault } from '../faults.ts'
import { TAMPERING_KINDS } from '../tampering.ts'
import type { Calendly } from './context.ts'
import { findUser } from './context.ts'
import { removeFromOrganization } from './people.ts'
import { SWITCH_KINDS } from './switches.ts'
import { revokeUser } from './tokens.ts'

/** What happens once, at the moment it is asked for. */
const ACTIONS = ['app-revoked', 'user-removed', 'disable']

/** Every kind of fault this Calendly knows. */
export const CALENDLY_FAULTS: readonly string[] = [
  ...TAMPERING_KINDS,
  'duplicate',
  'shuffle',
  'delay',
  'lose',
  'stale-t',
  'wrong-key',
  'plan-refused',
  'scope-missing',
  'role',
  ...ACTIONS,
  ...SWITCH_KINDS,
]

/** Does what a fault asks for at once; false when the fault is one that waits for its moment. */
export function actOnFault(calendly: Calendly, fault: Omit<Fault, 'id'>): boolean {
  if (!ACTIONS.includes(fault.kind)) return false
  const { world } = calendly
  const named = fault.user === undefined ? undefined : findUser(calendly, fault.user)
  const users = fault.user === undefined ? world.users.all() : named === undefined ? [] : [named]
  for (const user of users) {
    if (fault.kind === 'app-revoked') revokeUser(calendly, user)
    if (fault.kind === 'user-removed') removeFromOrganization(calendly, user)
    if (fault.kind !== 'disable') continue
    for (const hook of world.hooks.all()) {
      if (hook.creator === user.uuid && (fault.hook ?? hook.uuid) === hook.uuid) {
        world.hooks.put(Object.assign(hook, { state: 'disabled' }))
      }
    }
  }
  return true
}
