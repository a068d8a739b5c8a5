import { randomUUID } from 'node:crypto'
import { stamp } from '../clock.ts'
import type { Calendly } from './context.ts'
import { idOf } from './context.ts'
import { newEventType } from './event-types.ts'
import type { Organization, Plan, Role, User } from './world.ts'

export interface NewUser {
  email: string
  name: string
  organization?: string | undefined
  role?: Role | undefined
  plan?: Plan | undefined
  timezone?: string | undefined
}

/** Creates a person; without an organization they own a new one of their own. */
export function createUser(calendly: Calendly, given: NewUser): User {
  const { world } = calendly
  const organization = findOrCreateOrganization(calendly, given.organization ?? given.name)
  const isFirst = !world.users.all().some((user) => user.organization === organization.uuid)
  const now = stamp()
  const user: User = {
    uuid: randomUUID(),
    email: given.email,
    name: given.name,
    slug: freeSlug(calendly, given.name),
    timezone: given.timezone ?? 'Europe/Paris',
    plan: given.plan ?? 'paid',
    role: given.role ?? (isFirst ? 'owner' : 'user'),
    organization: organization.uuid,
    membership: randomUUID(),
    eventType: randomUUID(),
    createdAt: now,
    updatedAt: now,
    tokenCalls: 0,
  }
  world.users.put(user)
  world.eventTypes.put(newEventType(user, { uuid: user.eventType, name: 'Intro call' }))
  return user
}

/** Finds an organization by address, uuid or name. */
export function findOrganization({ world }: Calendly, name: string): Organization | undefined {
  return world.organizations.get(idOf(name)) ?? world.organizations.by('name', name)[0]
}

/** Takes a person out of their organization and its groups: they own a fresh one from now on. */
export function removeFromOrganization(calendly: Calendly, user: User): void {
  const own = { uuid: randomUUID(), name: user.name }
  calendly.world.organizations.put(own)
  user.organization = own.uuid
  user.role = 'owner'
  user.membership = randomUUID()
  user.updatedAt = stamp()
  calendly.world.users.put(user)
  const isOther = (member: string) => member !== user.uuid
  for (const group of calendly.world.groups.all()) {
    const members = group.members.filter(isOther)
    calendly.world.groups.put({ ...group, members, admins: group.admins.filter(isOther) })
  }
}

/** The people a first start finds: two colleagues at Acme and one on her own. */
export function createDemoPeople(calendly: Calendly): void {
  if (calendly.world.users.all().length > 0) return
  createUser(calendly, { email: 'rita@acme.test', name: 'Rita Host', organization: 'Acme' })
  createUser(calendly, { email: 'omar@acme.test', name: 'Omar Host', organization: 'Acme' })
  createUser(calendly, { email: 'lena@solo.test', name: 'Lena Solo' })
}

function findOrCreateOrganization(calendly: Calendly, name: string): Organization {
  const known = findOrganization(calendly, name)
  if (known !== undefined) return known
  const organization = { uuid: randomUUID(), name }
  calendly.world.organizations.put(organization)
  return organization
}

function freeSlug({ world }: Calendly, name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
  const slug = plain.replace(/^-|-$/g, '') || 'host'
  if (world.users.by('alias', slug).length === 0) return slug
  return `${slug}-${randomUUID().slice(0, 8)}`
}
