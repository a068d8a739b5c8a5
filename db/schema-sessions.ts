import type { CreditKind, CreditState } from '../domain/credits.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { Occurrence, RecurrenceRule } from '../domain/recurrence.ts'
import type { KnownBooking } from '../domain/session-merge.ts'
import type { SessionStatus } from '../domain/session-state.ts'
import type { Filled, Json } from './columns.ts'

/** See the migration of that name. */
export interface ClientTable {
  organization_id: string
  id: string
  email: string
  email_normalized: string
  name: string | null
  timezone: string | null
  user_id: string | null
  owner_user_id: string | null
  created_at: Filled<Date>
  updated_at: Filled<Date>
}

/** See the migration of that name. */
export interface ClientPackageTable {
  organization_id: string
  id: string
  client_id: string
  host_user_id: string
  session_minutes: number
  cut_off_hours: number
  expires_at: Date
  credits_left: Filled<number>
  credits_held: Filled<number>
  credits_spent: Filled<number>
  credits_expired: Filled<number>
  expired_at: Date | null
  created_at: Filled<Date>
  updated_at: Filled<Date>
}

/** See the migration of that name. */
export interface CreditEntryTable {
  organization_id: string
  id: string
  package_id: string
  session_id: string | null
  event_id: string | null
  kind: CreditKind
  left_change: number
  held_change: Filled<number>
  spent_change: Filled<number>
  movement_key: string
  reason: string | null
  actor_user_id: string | null
  at: Filled<Date>
}

/** See the migration of that name. */
export interface SessionTable {
  organization_id: string
  id: string
  client_id: string
  package_id: string | null
  host_user_id: string | null
  series_id: string | null
  provider: ProviderName | null
  integration_id: string | null
  calcom_booking_id: string | null
  title: string | null
  meeting_link: string | null
  timezone: string | null
  start_at: Date
  end_at: Date
  status: SessionStatus
  credit: Filled<CreditState>
  movements: Filled<number>
  no_show: Filled<boolean>
  moved_count: Filled<number>
  cancelled_at: Date | null
  cancelled_by: string | null
  cancellation_reason: string | null
  merged_into: string | null
  created_at: Filled<Date>
  updated_at: Filled<Date>
}

/** See the migration of that name. */
export interface SessionBookingTable {
  organization_id: string
  provider: ProviderName
  client_id: string
  booking_uid: string
  session_id: string
  replaces_uid: string | null
  replaced_by_uid: string | null
  known: Json<KnownBooking>
}

/** See the migration of that name. */
export interface SessionSeriesTable {
  organization_id: string
  id: string
  client_id: string
  package_id: string
  host_user_id: string
  created_by: string
  idempotency_key: string | null
  request_hash: Buffer
  rule: Json<RecurrenceRule>
  dates: Json<readonly Occurrence[]>
  status: Filled<SeriesStatus>
  reason: string | null
  started_at: Date | null
  finished_at: Date | null
  created_at: Filled<Date>
}

/** Where a series stands; `creating` until its one transaction has ended. */
export type SeriesStatus = 'creating' | 'scheduled' | 'failed' | 'cancelled'
