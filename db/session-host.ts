import { sql } from 'kysely'
import { normalizeEmail } from '../domain/email.ts'
import type { SessionHost } from '../domain/session-fact.ts'
import type { TenantTx } from './tenant.ts'

interface Told {
  readonly integrationId: string
  readonly host: SessionHost | null
}

/**
 * The colleague who holds a session: whose connected account has the host's e-mail, else who
 * connected the integration for themselves; null for one connected for the whole organization.
 */
export async function hostOf(
  { trx, organizationId }: TenantTx,
  { integrationId, host }: Told,
): Promise<string | null> {
  const email = normalizeEmail(host?.email ?? '')
  const rows = await trx
    .selectFrom('integration')
    .select(['id', 'user_id', sql<string | null>`lower(provider_account_email)`.as('email')])
    .where('organization_id', '=', organizationId)
    .where('scope', '=', 'user')
    .where((is) =>
      is.or([is('id', '=', integrationId), is(sql`lower(provider_account_email)`, '=', email)]),
    )
    .orderBy('id')
    .execute()
  const named = rows.filter((row) => row.email === email)
  const own = rows.find(({ id }) => id === integrationId)
  const isOwn = own !== undefined && named.includes(own)
  return (isOwn ? own : (named[0] ?? own))?.user_id ?? null
}
