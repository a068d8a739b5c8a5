import type { Waiting } from '../delivery-queue.ts'
import type { Store, Table } from '../store.ts'

export interface User {
  id: number
  email: string
  name: string
  username: string
  timeZone: string
  organization: number | null
  /** May manage the hooks of the organization. */
  isAdmin: boolean
  /** Set for users a platform client manages. */
  oauthClient: string | null
  createdAt: string
}

export interface Recurrence {
  /** 0 yearly, 1 monthly, 2 weekly, as on the wire. */
  freq: number
  interval: number
  count: number
}

export interface EventType {
  id: number
  slug: string
  title: string
  owner: number
  /** A team's event does not tell the hooks of its hosts. */
  team: number | null
  length: number
  seats: number | null
  requiresConfirmation: boolean
  price: number
  currency: string
  recurrence: Recurrence | null
}

export interface Credential {
  hash: string
  kind: 'key' | 'access' | 'refresh'
  /** What a person may see of it: the first letters. */
  hint: string
  user: number
  /** Null for an API key. */
  client: string | null
  createdAt: string
  /** Sandbox time; null lives until used. */
  expiresAt: number | null
  state: 'live' | 'consumed' | 'revoked'
}

export type HookScope = 'user' | 'event-type' | 'team' | 'organization' | 'oauth-client'

export interface Hook {
  id: string
  number: number
  scope: HookScope
  /** The id of the user, event type, team, organization or client. */
  owner: string
  subscriberUrl: string
  triggers: string[]
  active: boolean
  secret: string | null
  payloadTemplate: string | null
  /** `zapier` gets another body. */
  appId: string | null
  createdAt: string
}

export interface Attendee {
  email: string
  name: string
  timeZone: string
  phoneNumber: string | null
  absent: boolean
  /** The uid of the seat in an event with seats. */
  seat: string | null
  responses: Record<string, unknown>
}

export type BookingStatus = 'accepted' | 'pending' | 'cancelled' | 'rejected'

export interface Booking {
  uid: string
  id: number
  eventType: number
  host: number
  status: BookingStatus
  title: string
  notes: string | null
  start: number
  end: number
  /** The booker first, then guests. */
  attendees: Attendee[]
  guests: string[]
  /** A marker, a static link, a phone or an address. */
  location: string
  videoUrl: string | null
  /** Answers to questions of the event type. */
  answers: Record<string, unknown>
  metadata: Record<string, unknown>
  icsUid: string
  sequence: number
  /** Shared by the bookings of a series; never in a webhook. */
  series: string | null
  /** How many were booked together. */
  seriesCount: number | null
  isRescheduled: boolean
  rescheduledFrom: string | null
  rescheduledTo: string | null
  reschedulingReason: string | null
  rescheduledBy: string | null
  cancellationReason: string | null
  cancelledBy: string | null
  rejectionReason: string | null
  paymentId: number | null
  isPaid: boolean
  isHostAbsent: boolean
  createdAt: string
  updatedAt: string
}

/** What a delivery says, from which its body is built at the moment the sender profile says. */
export interface Telling {
  trigger: string
  uid: string
  /** Only this seat is spoken of. */
  seat?: string | undefined
  /** Added to the payload. */
  extras?: Record<string, unknown>
  /** Taken out of the payload. */
  without?: string[]
}

/** A delivery that has not been answered well yet. */
export interface Pending extends Waiting {
  telling: Telling
  /** The time of the queued task, shared by retries. */
  createdAt: string
  /** Null until the first attempt when the payload is built at delivery. */
  body: string | null
  isForm: boolean
  attempt: number
}

/** A MEETING_STARTED or MEETING_ENDED that waits for its moment. */
export interface Scheduled {
  id: string
  hook: string
  uid: string
  trigger: string
  /** Sandbox time. */
  at: number
}

export interface OAuthClient {
  id: string
  name: string
  secret: string
  organization: number | null
  redirectUris: string[]
}

/** A code of the OAuth2 authorize page. */
export interface Code {
  hash: string
  client: string
  user: number
  redirectUri: string
  challenge: string | null
  expiresAt: number
  isUsed: boolean
}

export interface World {
  sequences: Table<{ name: string; last: number }>
  users: Table<User>
  eventTypes: Table<EventType>
  credentials: Table<Credential>
  hooks: Table<Hook>
  bookings: Table<Booking>
  pending: Table<Pending>
  scheduled: Table<Scheduled>
  clients: Table<OAuthClient>
  codes: Table<Code>
}

/** Opens everything this Cal.com knows. */
export function openWorld(store: Store): World {
  return {
    sequences: store.table<{ name: string; last: number }>('calcom/sequence', {
      id: (row) => row.name,
    }),
    users: store.table<User>('calcom/user', {
      id,
      indexes: { alias: (row) => [row.email.toLowerCase(), row.username] },
    }),
    eventTypes: store.table<EventType>('calcom/event-type', {
      id,
      indexes: { owner: (row) => [String(row.owner)] },
    }),
    credentials: store.table<Credential>('calcom/credential', { id: (row) => row.hash }),
    hooks: store.table<Hook>('calcom/hook', {
      id,
      indexes: { owner: (row) => [`${row.scope}:${row.owner}`] },
    }),
    bookings: store.table<Booking>('calcom/booking', {
      id: (row) => row.uid,
      indexes: {
        series: (row) => (row.series === null ? [] : [row.series]),
      },
    }),
    pending: store.table<Pending>('calcom/pending', { id }),
    scheduled: store.table<Scheduled>('calcom/scheduled', {
      id,
      indexes: { uid: (row) => [row.uid] },
    }),
    clients: store.table<OAuthClient>('calcom/oauth-client', { id }),
    codes: store.table<Code>('calcom/code', { id: (row) => row.hash }),
  }
}

/** The next number of a kind, as a database counts. */
export function nextNumber({ sequences }: World, name: string): number {
  const last = (sequences.get(name)?.last ?? 0) + 1
  sequences.put({ name, last })
  return last
}

const id = (row: { id: number | string }) => String(row.id)
