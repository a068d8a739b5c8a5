import type { ProspectRow } from './booking-rows.ts'

/** A prospect as REST and the sockets show it. */
export interface ProspectJson {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly first_name: string | null
  readonly last_name: string | null
  readonly timezone: string | null
  readonly source: string
  readonly owner_user_id: string | null
  readonly created_at: string
  readonly updated_at: string
}

type Shown = Omit<
  ProspectRow,
  'organization_id' | 'email_normalized' | 'owner_fixed' | 'details_version' | 'owner_version'
>

/** The row as people may see it. */
export const prospectJson = (row: Shown): ProspectJson => ({
  id: row.id,
  email: row.email,
  name: row.name,
  first_name: row.first_name,
  last_name: row.last_name,
  timezone: row.timezone,
  source: row.source,
  owner_user_id: row.owner_user_id,
  created_at: new Date(row.created_at).toISOString(),
  updated_at: new Date(row.updated_at).toISOString(),
})
