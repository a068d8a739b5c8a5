import type { Calcom } from './context.ts'
import type { EventType, User } from './world.ts'
import { nextNumber } from './world.ts'

export interface NewUser {
  email: string
  name: string
  timeZone?: string | undefined
  organization?: number | undefined
  isAdmin?: boolean | undefined
  oauthClient?: string | undefined
}

/** Creates a person with one event type that anybody may book. */
export function createUser(calcom: Calcom, given: NewUser): User {
  const { world } = calcom
  const user: User = {
    id: nextNumber(world, 'user'),
    email: given.email,
    name: given.name,
    username: freeUsername(calcom, given.name),
    timeZone: given.timeZone ?? 'Europe/Paris',
    organization: given.organization ?? null,
    isAdmin: given.isAdmin ?? true,
    oauthClient: given.oauthClient ?? null,
    createdAt: new Date().toISOString(),
  }
  world.users.put(user)
  createEventType(calcom, { owner: user })
  return user
}

/** Creates an event type; without wishes it is an hour of coaching. */
export function createEventType(
  { world }: Calcom,
  given: { owner: User } & Partial<Omit<EventType, 'id' | 'owner'>>,
): EventType {
  const { owner, ...wishes } = given
  const eventType: EventType = {
    slug: 'coaching-60',
    title: 'Coaching',
    team: null,
    length: 60,
    seats: null,
    requiresConfirmation: false,
    price: 0,
    currency: 'usd',
    recurrence: null,
    ...wishes,
    id: nextNumber(world, 'eventType'),
    owner: owner.id,
  }
  world.eventTypes.put(eventType)
  return eventType
}

/** The people a first start finds: two colleagues in one organization and one on her own. */
export function createDemoPeople(calcom: Calcom): void {
  if (calcom.world.users.all().length > 0) return
  createUser(calcom, { email: 'rita@acme.test', name: 'Rita Host', organization: 1 })
  createUser(calcom, {
    email: 'omar@acme.test',
    name: 'Omar Host',
    organization: 1,
    isAdmin: false,
  })
  createUser(calcom, { email: 'lena@solo.test', name: 'Lena Solo' })
}

function freeUsername({ world }: Calcom, name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
  const username = plain.replace(/^-|-$/g, '') || 'host'
  if (world.users.by('alias', username).length === 0) return username
  return `${username}-${nextNumber(world, 'username')}`
}
