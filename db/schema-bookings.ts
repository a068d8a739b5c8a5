import type {
  Answer,
  CancellationFact,
  GuestFact,
  HostFact,
  InviteeFact,
  LocationFact,
  SlotFact,
  Utm,
} from '../domain/booking.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { Filled, FilledJson, Json, NullableJson } from './columns.ts'

/** See the migration of that name. */
export interface InboundEventTable {
  organization_id: string
  id: string
  integration_id: string
  provider: ProviderName
  source: Filled<'webhook' | 'sync' | 'replay'>
  endpoint: string | null
  kind: string
  dedupe_key: string
  body: Buffer | null
  body_hash: Buffer
  headers: FilledJson<Record<string, string>>
  received_at: Filled<Date>
  started_at: Filled<Date | null>
  processed_at: Filled<Date | null>
  status: Filled<EventStatus>
  reason: Filled<string | null>
  workflow_id: Filled<string | null>
  attempts: Filled<number>
}

/** Where an inbound event stands. */
export type EventStatus = 'received' | 'held' | 'processed' | 'quarantined' | 'parked' | 'dropped'

/** See the migration of that name. */
export interface ProspectTable {
  organization_id: string
  id: string
  email: string
  email_normalized: string
  name: string | null
  first_name: string | null
  last_name: string | null
  timezone: string | null
  source: string
  owner_user_id: string | null
  owner_fixed: Filled<boolean>
  details_version: Filled<string>
  owner_version: Filled<string>
  created_at: Filled<Date>
  updated_at: Filled<Date>
}

/** See the migration of that name. */
export interface MeetingTable {
  organization_id: string
  id: string
  provider: ProviderName
  integration_id: string
  source_account_uri: string | null
  status: 'active' | 'canceled'
  name: string | null
  event_type_uri: string | null
  start_at: Date | null
  end_at: Date | null
  location: NullableJson<LocationFact>
  join_url: string | null
  timezone: string | null
  answers: FilledJson<readonly Answer[]>
  utm: NullableJson<Utm>
  cancel_url: string | null
  reschedule_url: string | null
  guests: FilledJson<readonly GuestFact[]>
  capacity: number | null
  slot_uri: string | null
  moved_count: Filled<number>
  cancellation: NullableJson<CancellationFact>
  merged_into: Filled<string | null>
  created_at: Filled<Date>
  updated_at: Filled<Date>
}

/** See the migration of that name. */
export interface MeetingSlotTable {
  organization_id: string
  provider: ProviderName
  slot_uri: string
  meeting_id: string
  fact: Json<SlotFact>
}

/** See the migration of that name. */
export interface MeetingInviteeTable {
  organization_id: string
  provider: ProviderName
  invitee_uri: string
  meeting_id: string
  prospect_id: string | null
  slot_uri: string | null
  old_invitee_uri: Filled<string | null>
  new_invitee_uri: Filled<string | null>
  shown: Filled<boolean>
  status: 'active' | 'canceled' | 'rescheduled'
  no_show: Filled<boolean>
  name: string | null
  email: string | null
  fact: Json<InviteeFact>
  updated_at: Filled<Date>
}

/** See the migration of that name. */
export interface MeetingHostTable {
  organization_id: string
  meeting_id: string
  host_uri: HostFact['userUri']
  user_id: string | null
  email: string | null
  name: string | null
}

/** See the migration of that name. */
export interface ParkedItemTable {
  organization_id: string
  id: string
  event_id: string
  reason: string
  waits_for: string
  created_at: Filled<Date>
  retried_at: Filled<Date | null>
  resolved_at: Filled<Date | null>
  resolution: Filled<'processed' | 'dropped' | null>
}
