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
