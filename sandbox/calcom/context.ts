import type { Clock } from '../clock.ts'
import type { Faults } from '../faults.ts'
import type { Ledger } from '../ledger.ts'
import type { ReadSwitch } from '../switches.ts'
import type { Traffic } from '../traffic.ts'
import type { CalcomSwitches } from './switches.ts'
import type { Booking, EventType, User, World } from './world.ts'

/** What every part of this Cal.com works with. */
export interface Calcom {
  world: World
  clock: Clock
  faults: Faults
  ledger: Ledger
  traffic: Traffic
  read: ReadSwitch<CalcomSwitches>
  /** Known once the port is: `http://localhost:4010`. */
  address: { site: string }
}

/** Every name a user goes by in control calls. */
export function namesOf(user: User): string[] {
  return [user.email, user.username, String(user.id)]
}

/** Finds a user by email, username or id. */
export function findUser({ world }: Calcom, name: unknown): User | undefined {
  if (typeof name !== 'string' && typeof name !== 'number') return undefined
  return world.users.get(String(name)) ?? world.users.by('alias', String(name).toLowerCase())[0]
}

/** The host of a booking; bookings outlive nobody here. */
export function hostOf({ world }: Calcom, booking: Booking): User {
  const host = world.users.get(String(booking.host))
  if (host === undefined) throw new Error(`Booking ${booking.uid} has no host`)
  return host
}

/** The event type of a booking. */
export function eventTypeOf({ world }: Calcom, booking: Booking): EventType {
  const eventType = world.eventTypes.get(String(booking.eventType))
  if (eventType === undefined) throw new Error(`Booking ${booking.uid} has no event type`)
  return eventType
}
