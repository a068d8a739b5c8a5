import type { Selectable } from 'kysely'
import type { IntegrationStatus } from '../domain/integration-status.ts'
import { isActive } from '../domain/integration-status.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { Schema } from './schema.ts'

/** An integration as REST and the sockets show it. */
export interface IntegrationJson {
  readonly id: string
  readonly provider: ProviderName
  readonly scope: 'user' | 'organization'
  readonly user_id: string
  readonly status: IntegrationStatus
  readonly reason: string | null
  readonly next_step: string | null
  readonly is_active: boolean
  readonly connected_at: string | null
  readonly disconnected_at: string | null
  readonly disconnected_by: string | null
  readonly provider_account_email: string | null
  readonly provider_user_uri: string | null
  readonly provider_organization_uri: string | null
  readonly webhook_active: boolean
  readonly webhook_subscription_uri: string | null
  readonly callback_url: string | null
  readonly token_generation: number | null
  readonly token_expires_at: string | null
  readonly checked_at: string | null
}

/** The columns an IntegrationJson is made of. */
export const INTEGRATION_COLUMNS = [
  'id',
  'provider',
  'scope',
  'user_id',
  'status',
  'reason',
  'next_step',
  'connected_at',
  'disconnected_at',
  'disconnected_by',
  'provider_account_email',
  'provider_user_uri',
  'provider_organization_uri',
  'webhook_active',
  'webhook_subscription_uri',
  'callback_url',
  'token_generation',
  'token_expires_at',
  'checked_at',
] as const

type Row = Pick<Selectable<Schema['integration']>, (typeof INTEGRATION_COLUMNS)[number]>

/** The row as people may see it. */
export const integrationJson = (row: Row): IntegrationJson => ({
  ...row,
  is_active: isActive(row.status),
  connected_at: iso(row.connected_at),
  disconnected_at: iso(row.disconnected_at),
  token_expires_at: iso(row.token_expires_at),
  checked_at: iso(row.checked_at),
})

const iso = (date: Date | null): string | null => date?.toISOString() ?? null
