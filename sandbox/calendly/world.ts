import type { Store, Table } from '../store.ts'

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

export interface Hook {
  uuid: string
  url: string
  events: string[]
  scope: 'user' | 'organization'
  organization: string
  user: string | null
  creator: string
  signingKey: string | null
  /** False for a hook made with a personal token: no app, so no app-wide key. */
  ofApp: boolean
  state: 'active' | 'disabled'
  createdAt: string
  updatedAt: string
  retryStartedAt: string | null
  /** Sandbox time of the last delivery that got through. */
  lastSuccessAt: number | null
  /** Sandbox time at which the current or last retry run began. */
  failingSince: number | null
}

export interface Cancellation {
  canceled_by: string
  canceler_type: 'host' | 'invitee'
  created_at: string
  reason: string | null
}

export interface ScheduledEvent {
  uuid: string
  name: string
  status: 'active' | 'canceled'
  start: number
  end: number
  eventType: string
  hosts: string[]
  organization: string
  limit: number
  location: Record<string, unknown>
  guests: { email: string; created_at: string; updated_at: string }[]
  cancellation: Cancellation | null
  invitees: string[]
  createdAt: string
  updatedAt: string
}

export interface Invitee {
  uuid: string
  event: string
  email: string
  name: string
  firstName: string | null
  lastName: string | null
  timezone: string | null
  status: 'active' | 'canceled'
  answers: { answer: string; position: number; question: string }[]
  tracking: Record<string, string | null>
  textReminderNumber: string | null
  schedulingMethod: 'instant_book' | 'api' | null
  scheduledBy: string | null
  payment: object | null
  rescheduled: boolean
  oldInvitee: string | null
  newInvitee: string | null
  noShow: { uuid: string; created_at: string } | null
  cancellation: Cancellation | null
  createdAt: string
  updatedAt: string
}

/** A delivery that has not been answered well yet. */
export interface Pending {
  id: string
  hook: string
  event: string
  invitee: string
  body: string
  attempt: number
  /** Sandbox time. */
  dueAt: number
  firstFailedAt: number | null
  t: number | null
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
  }
}

const uuid = (row: { uuid: string }) => row.uuid
const hash = (row: { hash: string }) => row.hash
