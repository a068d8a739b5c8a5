import { randomUUID } from 'node:crypto'
import { stamp } from '../clock.ts'
import type { Calendly } from './context.ts'
import { idOf } from './context.ts'
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
  return user
}

/** Takes a person out of their organization: they own a fresh one from now on. */
export function removeFromOrganization(calendly: Calendly, user: User): void {
  const own = { uuid: randomUUID(), name: user.name }
  calendly.world.organizations.put(own)
  user.organization = own.uuid
  user.role = 'owner'
  user.membership = randomUUID()
  user.updatedAt = stamp()
  calendly.world.users.put(user)
}

/** The people a first start finds: two colleagues at Acme and one on her own. */
export function createDemoPeople(calendly: Calendly): void {
  if (calendly.world.users.all().length > 0) return
  createUser(calendly, { email: 'rita@acme.test', name: 'Rita Host', organization: 'Acme' })
  createUser(calendly, { email: 'omar@acme.test', name: 'Omar Host', organization: 'Acme' })
  createUser(calendly, { email: 'lena@solo.test', name: 'Lena Solo' })
}

function findOrCreateOrganization({ world }: Calendly, name: string): Organization {
  const known = world.organizations.get(idOf(name)) ?? world.organizations.by('name', name)[0]
  if (known !== undefined) return known
  const organization = { uuid: randomUUID(), name }
  world.organizations.put(organization)
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
