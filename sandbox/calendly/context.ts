import type { Clock } from '../clock.ts'
import type { Faults } from '../faults.ts'
import type { Ledger } from '../ledger.ts'
import type { ReadSwitch } from '../switches.ts'
import type { Traffic } from '../traffic.ts'
import type { OAuthApp } from './oauth-app.ts'
import type { CalendlySwitches } from './switches.ts'
import type { User, World } from './world.ts'

/** What every part of this Calendly works with. */
export interface Calendly {
  world: World
  clock: Clock
  faults: Faults
  ledger: Ledger
  traffic: Traffic
  app: OAuthApp
  read: ReadSwitch<CalendlySwitches>
  /** Known once the port is: `http://localhost:4010`. */
  address: { site: string }
}

/** The address of a resource, beginning with the public API base. */
export function uriOf(calendly: Calendly, path: string): string {
  return `${calendly.address.site}/calendly/${path}`
}

/** The last segment of a resource address. */
export function idOf(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1)
}

/** Every name a user goes by in control calls. */
export function namesOf(calendly: Calendly, user: User): string[] {
  return [user.email, user.uuid, user.slug, uriOf(calendly, `users/${user.uuid}`)]
}

/** Finds a user by email, address, uuid or slug. */
export function findUser({ world }: Calendly, name: string): User | undefined {
  return world.users.get(idOf(name)) ?? world.users.by('alias', name.toLowerCase())[0]
}

/** The role that counts now: a `role` fault wins over the membership. */
export function roleOf(calendly: Calendly, user: User): string {
  const users = namesOf(calendly, user)
  const fault = calendly.faults.find({ provider: 'calendly', kinds: ['role'], users })
  if (fault === undefined) return user.role
  return fault.role ?? (typeof fault.value === 'string' ? fault.value : 'user')
}
