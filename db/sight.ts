import { type RawBuilder, sql } from 'kysely'
import type { Viewer } from './tenant.ts'

/**
 * Whether the viewer may see a row with `client_id` and `host_user_id`, such as a package, a
 * session or a series: a client its own, a member what they host or whose client they made.
 */
export function seenBy(
  { role, userId, seesAll }: Viewer,
  table: 'p' | 's' | 'r',
): RawBuilder<boolean> {
  const row = sql.raw(table)
  if (seesAll) return sql<boolean>`true`
  const mine = sql.raw(role === 'client' ? 'user_id' : 'owner_user_id')
  const isMyClient = sql`exists (select from client c
    where c.organization_id = ${row}.organization_id and c.id = ${row}.client_id
      and c.${mine} = ${userId})`
  if (role === 'client') return sql<boolean>`${isMyClient}`
  return sql<boolean>`(${row}.host_user_id = ${userId} or ${isMyClient})`
}
