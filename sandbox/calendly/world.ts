import type { Store, Table } from '../store.ts'
import type { Invitee, ScheduledEvent } from './booking-rows.ts'
import type { Contact, EventType, Group, RoutingForm, Submission } from './catalog-rows.ts'
import type { Hook, Pending } from './hook-rows.ts'

export type Role = 'owner' | 'admin' | 'user'
export type Plan = 'free' | 'paid' | 'enterprise'

export interface Organization {
  uuid: string
  name: string
}

export interface User {
  uuid: string
  email: string
  name: string
  slug: string
  timezone: string
  plan: Plan
  role: Role
  organization: string
  membership: string
  eventType: string
  createdAt: string
  updatedAt: string
  tokenCalls: number
}

export interface Grant {
  uuid: string
  user: string
  client: string
  scope: string
  createdAt: string
}

export interface Token {
  hash: string
  kind: 'access' | 'refresh' | 'personal'
  grant: string
  generation: number
  state: 'live' | 'consumed' | 'revoked'
  issuedAt: string
  /** Sandbox time; null lives until used. */
  expiresAt: number | null
  consumedAt: number | null
  presentedAgain: number
}

export interface Code {
  hash: string
  client: string
  user: string
  redirectUri: string
  scope: string
  challenge: string | null
  expiresAt: number
  used: boolean
}

export interface World {
  organizations: Table<Organization>
  users: Table<User>
  grants: Table<Grant>
  tokens: Table<Token>
  codes: Table<Code>
  hooks: Table<Hook>
  events: Table<ScheduledEvent>
  invitees: Table<Invitee>
  noShows: Table<{ uuid: string; invitee: string }>
  pending: Table<Pending>
  groups: Table<Group>
  eventTypes: Table<EventType>
  routingForms: Table<RoutingForm>
  submissions: Table<Submission>
  contacts: Table<Contact>
}

/** Opens everything this Calendly knows. */
export function openWorld(store: Store): World {
  return {
    organizations: store.table<Organization>('calendly/organization', {
      id: uuid,
      indexes: { name: (row) => [row.name] },
    }),
    users: store.table<User>('calendly/user', {
      id: uuid,
      indexes: { alias: (row) => [row.email.toLowerCase(), row.slug] },
    }),
    grants: store.table<Grant>('calendly/grant', {
      id: uuid,
      indexes: { user: (row) => [row.user] },
    }),
    tokens: store.table<Token>('calendly/token', {
      id: hash,
      indexes: { grant: (row) => [row.grant] },
    }),
    codes: store.table<Code>('calendly/code', { id: hash }),
    hooks: store.table<Hook>('calendly/hook', {
      id: uuid,
      indexes: { organization: (row) => [row.organization], url: (row) => [row.url] },
    }),
    events: store.table<ScheduledEvent>('calendly/event', {
      id: uuid,
      indexes: { host: (row) => row.hosts, organization: (row) => [row.organization] },
    }),
    invitees: store.table<Invitee>('calendly/invitee', { id: uuid }),
    noShows: store.table<{ uuid: string; invitee: string }>('calendly/no-show', { id: uuid }),
    pending: store.table<Pending>('calendly/pending', { id: (row) => row.id }),
    groups: store.table<Group>('calendly/group', { id: uuid }),
    eventTypes: store.table<EventType>('calendly/event-type', { id: uuid }),
    routingForms: store.table<RoutingForm>('calendly/routing-form', { id: uuid }),
    submissions: store.table<Submission>('calendly/submission', { id: uuid }),
    contacts: store.table<Contact>('calendly/contact', { id: uuid }),
  }
}

const uuid = (row: { uuid: string }) => row.uuid
const hash = (row: { hash: string }) => row.hash
