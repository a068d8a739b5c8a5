import type { Fault } from '../faults.ts'
import { TAMPERING_KINDS } from '../tampering.ts'
import type { Calcom } from './context.ts'
import { findUser } from './context.ts'
import { end } from './credentials.ts'
import { SWITCH_KINDS } from './switches.ts'

/** What happens once, at the moment it is asked for. */
const ACTIONS = ['key-revoked', 'disable']

/** Every kind of fault this Cal.com knows. */
export const CALCOM_FAULTS: readonly string[] = [
  ...TAMPERING_KINDS,
  'duplicate',
  'shuffle',
  'delay',
  'lose',
  'rerun',
  'wrong-key',
  'cancel-fails',
  ...ACTIONS,
  ...SWITCH_KINDS,
]

/** Does what a fault asks for at once; false when the fault is one that waits for its moment. */
export function actOnFault(calcom: Calcom, fault: Omit<Fault, 'id'>): boolean {
  if (!ACTIONS.includes(fault.kind)) return false
  const { world } = calcom
  const user = fault.user === undefined ? undefined : findUser(calcom, fault.user)
  const concerns = (id: string) => fault.user === undefined || id === String(user?.id)
  if (fault.kind === 'key-revoked') {
    for (const credential of world.credentials.all()) {
      if (concerns(String(credential.user))) end(calcom, credential, 'revoked')
    }
    return true
  }
  for (const hook of world.hooks.all()) {
    if (concerns(hook.owner) && (fault.hook ?? hook.id) === hook.id) {
      world.hooks.put(Object.assign(hook, { active: false }))
    }
  }
  return true
}
