import type { IntegrationStatus, Wanted } from '../domain/integration-status.ts'
import type { DoubtReason } from '../domain/doubt.ts'
import type { OperationKind, OperationOutcome, OperationProgress } from '../domain/operation.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { ClassifiedHook, HookTaskKind } from '../domain/hook-survey.ts'
import type { Filled, FilledJson, NullableJson } from './columns.ts'

/** See the migration of that name. */
export interface IntegrationTable {
  organization_id: string
  id: string
  provider: ProviderName
  scope: Filled<'user' | 'organization'>
  user_id: string
  purpose: Filled<'prospects' | 'sessions'>
  webhook_only: Filled<boolean>
  provider_account_email: Filled<string | null>
  provider_user_uri: Filled<string | null>
  provider_organization_uri: Filled<string | null>
  status: Filled<IntegrationStatus>
  reason: Filled<string | null>
  next_step: Filled<string | null>
  wanted: Filled<Wanted>
  wanted_revision: Filled<number>
  observed_revision: Filled<number>
  webhook_active: Filled<boolean>
  webhook_subscription_uri: Filled<string | null>
  callback_url: Filled<string | null>
  token_generation: Filled<number | null>
  token_expires_at: Filled<Date | null>
  checked_at: Filled<Date | null>
  connected_at: Filled<Date | null>
  disconnected_at: Filled<Date | null>
  disconnected_by: Filled<string | null>
  base_url: Filled<string | null>
  last_delivery_at: Filled<Date | null>
  explanation: NullableJson<Record<string, unknown>>
  created_at: Filled<Date>
  updated_at: Filled<Date>
}

/** See the migration of that name. */
export interface OperationTable {
  organization_id: string
  id: string
  kind: OperationKind
  provider: ProviderName
  scope: Filled<'user' | 'organization'>
  user_id: string
  integration_id: Filled<string | null>
  ticket_hash: Filled<Buffer | null>
  state_hash: Filled<Buffer | null>
  browser_hash: Filled<Buffer | null>
  code_verifier: Filled<string | null>
  code: Filled<string | null>
  wanted_revision: Filled<number | null>
  api_address: Filled<string | null>
  purpose: Filled<'prospects' | 'sessions' | null>
  progress: Filled<OperationProgress>
  outcome: Filled<OperationOutcome | null>
  reason: Filled<string | null>
  next_step: Filled<string | null>
  exchange_started_at: Filled<Date | null>
  ready_at: Filled<Date | null>
  started_at: Filled<Date | null>
  created_at: Filled<Date>
  expires_at: Date
  finished_at: Filled<Date | null>
}

/** See the migration of that name. */
export interface CredentialTable {
  organization_id: string
  integration_id: string
  generation: number
  role: 'incoming' | 'current' | 'outgoing' | 'dead' | 'superseded'
  api_address: Filled<string | null>
  access_token: string | null
  refresh_token: string | null
  account_user_uri: string | null
  account_organization_uri: string | null
  account_email: string | null
  scope: string | null
  issued_at: Date
  expires_at: Date
  refresh_intent_at: Filled<Date | null>
  refresh_tries: Filled<number>
  dead_reason: Filled<string | null>
  created_at: Filled<Date>
}

/** See the migration of that name. */
export interface SubscriptionTable {
  organization_id: string
  integration_id: string
  generation: number
  provider: ProviderName
  endpoint: string
  base_url: string
  callback_url: string
  scope: string
  account_user_uri: string | null
  account_organization_uri: string | null
  remote_uri: Filled<string | null>
  signing_key: string | null
  state: Filled<'creating' | 'live' | 'retired' | 'deleted'>
  listed_at: Filled<Date | null>
  retry_started_at: Filled<Date | null>
  last_delivery_at: Filled<Date | null>
  verify_failures: Filled<number>
  rejections: FilledJson<Record<string, number>>
  created_at: Filled<Date>
  retired_at: Filled<Date | null>
  deleted_at: Filled<Date | null>
}

/** See the migration of that name. */
export interface CleanupDebtTable {
  organization_id: string
  id: string
  integration_id: string
  kind: 'hook' | 'token'
  account_user_uri: Filled<string | null>
  remote_uri: string | null
  credential_generation: Filled<number | null>
  created_at: Filled<Date>
  expires_at: Date
  paid_at: Filled<Date | null>
  destroyed_at: Filled<Date | null>
  attempts: Filled<number>
  last_error: Filled<string | null>
  resolution: Filled<'paid' | 'takenOver' | 'destroyed' | 'forgotten' | null>
}

/** See the migration of that name. */
export interface SyncRunTable {
  organization_id: string
  id: string
  integration_id: string
  kind: 'backfill' | 'window' | 'gap'
  from_at: Date
  to_at: Date
  started_at: Filled<Date>
  finished_at: Filled<Date | null>
  seen: Filled<number>
  created: Filled<number>
  changed: Filled<number>
  missed_by_hook: Filled<number>
  place: Filled<string | null>
  unheard: Filled<number>
}

/** See the migration of that name. */
export interface GapTable {
  organization_id: string
  id: string
  integration_id: string
  reason: DoubtReason
  opened_at: Filled<Date>
  ended_at: Filled<Date | null>
  closed_at: Filled<Date | null>
  provider_count: Filled<number | null>
  own_count: Filled<number | null>
  recovered: Filled<number | null>
  sync_run_id: Filled<string | null>
}

/** See the migration of that name. */
export interface HookTaskTable {
  organization_id: string
  id: string
  integration_id: string
  kind: HookTaskKind
  remote_uri: string | null
  user_id: string
  created_at: Filled<Date>
  expires_at: Date
  finished_at: Filled<Date | null>
  outcome: Filled<'done' | 'refused' | null>
  reason: Filled<string | null>
  hooks: NullableJson<readonly ClassifiedHook[]>
}
