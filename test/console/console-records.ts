import type { Client, Package, Preview, Session } from '../../console/web/coaching-records.ts'
import type { Explanation, InboundEvent } from '../../console/web/operation-records.ts'
import type { Integration, Meeting, Prospect } from '../../console/web/records.ts'

const HOUR = 3_600_000

/** An instant so many hours from now. */
export const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR).toISOString()

/** A live Calendly connection, but for what is said otherwise. */
export const anIntegration = (but: Partial<Integration> = {}): Integration => ({
  id: 'integration-1',
  provider: 'calendly',
  scope: 'user',
  user_id: 'user-1',
  status: 'live',
  reason: null,
  next_step: null,
  provider_account_email: 'ada@example.test',
  provider_user_uri: 'https://api.calendly.example.test/users/ada',
  webhook_active: true,
  token_generation: 3,
  token_expires_at: inHours(1.5),
  checked_at: inHours(-0.2),
  connected_at: inHours(-72),
  ...but,
})

/** A prospect that booked by Calendly, but for what is said otherwise. */
export const aProspect = (but: Partial<Prospect> = {}): Prospect => ({
  id: 'prospect-1',
  email: 'grace@example.test',
  name: 'Grace Hopper',
  source: 'calendly',
  created_at: inHours(-2),
  updated_at: inHours(-2),
  ...but,
})

/** A meeting tomorrow, but for what is said otherwise. */
export const aMeeting = (but: Partial<Meeting> = {}): Meeting => ({
  id: 'meeting-1',
  status: 'active',
  name: 'First talk',
  start_at: inHours(24),
  end_at: inHours(24.5),
  join_url: 'https://meet.example.test/abc',
  hosts: [{ name: 'Ada Lovelace', email: 'ada@example.test' }],
  invitees: [{ name: 'Grace Hopper', email: 'grace@example.test' }],
  updated_at: inHours(-2),
  ...but,
})

/** What a live integration says of itself, but for what is said otherwise. */
export const anExplanation = (but: Partial<Explanation> = {}): Explanation => ({
  id: 'integration-1',
  summary: 'All is well. Nothing to do.',
  findings: [],
  owner: 'running',
  next_due: { what: 'reconcileHook', at: inHours(0.5) },
  hook: {
    state: 'live',
    remoteUri: 'https://api.calendly.example.test/webhook_subscriptions/abc',
    callbackUrl: 'https://hooks.example.test/webhooks/calendly/xyz',
    checkedAt: inHours(-0.2),
    retrying: false,
    refusal: null,
  },
  token: { generation: 3, issued_at: inHours(-0.5), expires_at: inHours(1.5), dead: null },
  decisions: [
    { at: inHours(-3), did: 'syncPage', found: '2 bookings, none new' },
    { at: inHours(-0.2), did: 'reconcileHook', found: 'one hook, active' },
  ],
  dropped_late: 0,
  workflow_id: 'integration:integration-1',
  workflow_url: 'http://localhost:8233/namespaces/default/workflows/integration%3Aintegration-1',
  ...but,
})

/** A delivery that was processed, but for what is said otherwise. */
export const anEvent = (but: Partial<InboundEvent> = {}): InboundEvent => ({
  id: 'event-1',
  integration_id: 'integration-1',
  provider: 'calendly',
  source: 'webhook',
  kind: 'invitee.created',
  status: 'processed',
  reason: null,
  received_at: inHours(-1),
  ...but,
})

/** A client in Paris, but for what is said otherwise. */
export const aClient = (but: Partial<Client> = {}): Client => ({
  id: 'client-1',
  email: 'clio@example.test',
  name: 'Clio Client',
  timezone: 'Europe/Paris',
  ...but,
})

/** A package of five with four left, but for what is said otherwise. */
export const aPackage = (but: Partial<Package> = {}): Package => ({
  id: 'package-1',
  client_id: 'client-1',
  host_user_id: 'user-1',
  session_minutes: 60,
  cut_off_hours: 24,
  sessions_total: 5,
  sessions_used: 1,
  sessions_left: 4,
  active: true,
  expires_at: inHours(24 * 90),
  ...but,
})

/** A session of ours in two days, but for what is said otherwise. */
export const aSession = (but: Partial<Session> = {}): Session => ({
  id: 'session-1',
  client_id: 'client-1',
  series_id: null,
  provider: null,
  title: 'Coaching',
  meeting_link: 'https://meet.example.test/abc',
  start_at: inHours(48),
  end_at: inHours(49),
  status: 'scheduled',
  credit: 'held',
  no_show: false,
  updated_at: inHours(-2),
  ...but,
})

/** A preview of two sessions that can be paid, but for what is said otherwise. */
export const aPreview = (but: Partial<Preview> = {}): Preview => ({
  dates: [
    { start_at: '2027-03-23T09:00:00Z', end_at: '2027-03-23T10:00:00Z', notes: [] },
    { start_at: '2027-03-30T08:00:00Z', end_at: '2027-03-30T09:00:00Z', notes: [] },
  ],
  credits_needed: 2,
  credits_left: 4,
  can_be_paid: true,
  refusal: null,
  notice: 'Nothing is booked at the provider.',
  ...but,
})
