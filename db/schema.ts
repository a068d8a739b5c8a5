import type { GeneratedAlways } from 'kysely'
import type { Filled, FilledJson, Json } from './columns.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type {
  InboundEventTable,
  MeetingHostTable,
  MeetingInviteeTable,
  MeetingSlotTable,
  MeetingTable,
  ParkedItemTable,
  ProspectTable,
} from './schema-bookings.ts'
import type {
  CleanupDebtTable,
  CredentialTable,
  GapTable,
  HookTaskTable,
  IntegrationTable,
  OperationTable,
  SubscriptionTable,
  SyncRunTable,
} from './schema-integrations.ts'

import type {
  ClientPackageTable,
  ClientTable,
  CreditEntryTable,
  SessionBookingTable,
  SessionSeriesTable,
  SessionTable,
} from './schema-sessions.ts'

export type { EventStatus } from './schema-bookings.ts'

/** The tables a tenant's transaction can reach; a test compares them with the catalog. */
export interface Schema {
  organization: OrganizationTable
  app_user: AppUserTable
  api_key: ApiKeyTable
  audit_entry: AuditEntryTable
  idempotency: IdempotencyTable
  organization_counter: OrganizationCounterTable
  erased_booking: ErasedBookingTable
  outbox: OutboxTable
  integration: IntegrationTable
  operation: OperationTable
  credential: CredentialTable
  subscription: SubscriptionTable
  cleanup_debt: CleanupDebtTable
  sync_run: SyncRunTable
  gap: GapTable
  hook_task: HookTaskTable
  inbound_event: InboundEventTable
  prospect: ProspectTable
  meeting: MeetingTable
  meeting_slot: MeetingSlotTable
  meeting_invitee: MeetingInviteeTable
  meeting_host: MeetingHostTable
  parked_item: ParkedItemTable
  client: ClientTable
  client_package: ClientPackageTable
  credit_entry: CreditEntryTable
  session: SessionTable
  session_booking: SessionBookingTable
  session_series: SessionSeriesTable
}

/** Who may do what in an organization. */
export type Role = 'admin' | 'member' | 'client'

interface OrganizationTable {
  id: GeneratedAlways<string>
  external_id: GeneratedAlways<string>
  name: string
  visibility: Filled<'own' | 'shared'>
  created_at: GeneratedAlways<Date>
}

interface AppUserTable {
  organization_id: string
  id: string
  subject: string
  name: string | null
  role: Role
  created_at: Filled<Date>
}

interface ApiKeyTable {
  organization_id: string
  id: string
  name: string
  prefix: string
  hash: Buffer
  role: Role
  user_id: string
  created_at: Filled<Date>
  last_used_at: Filled<Date | null>
  revoked_at: Filled<Date | null>
}

interface AuditEntryTable {
  organization_id: string
  id: string
  at: Filled<Date>
  actor_user_id: string | null
  action: string
  subject: string
  detail: FilledJson<Record<string, unknown>>
}

interface IdempotencyTable {
  organization_id: string
  user_id: string
  route: string
  key: string
  request_hash: Buffer
  status: Filled<number | null>
  response: Filled<string | null>
  created_at: Filled<Date>
}

interface ErasedBookingTable {
  organization_id: string
  provider: ProviderName
  uri_hash: Buffer
  erased_at: Filled<Date>
}

interface OrganizationCounterTable {
  organization_id: string
  seq: Filled<number>
}

interface OutboxTable {
  organization_id: string
  seq: number
  event: string
  payload: Json<Record<string, unknown>>
  audience: string[]
  created_at: Filled<Date>
}
