import { sql } from 'kysely'
import type { TenantTx } from './tenant.ts'

/** Stands where a person was named. */
const NOBODY = '[erased]'

interface Column {
  readonly table: string
  readonly column: string
  readonly type: 'text' | 'jsonb'
  readonly isOurs: boolean
}

/**
 * Blanks the address wherever else a text of the organization names it: the catalog tells the
 * columns, so that a new one can't be forgotten. What is append-only is counted and stays.
 */
export async function sweepMentions(
  { trx, organizationId }: TenantTx,
  pattern: string,
): Promise<{ swept: number; kept: number }> {
  const { rows: columns } = await sql<Column>`
    select c.table_name::text as table, c.column_name::text as column, c.data_type as type,
      has_column_privilege(c.table_name::text, c.column_name::text, 'update') as "isOurs"
    from information_schema.columns c
    where c.table_schema = 'public' and c.data_type in ('text', 'jsonb')
      and c.table_name <> 'outbox'
      and has_column_privilege(c.table_name::text, c.column_name::text, 'select')
      and exists (select from information_schema.columns o where o.table_schema = 'public'
        and o.table_name = c.table_name and o.column_name = 'organization_id')`.execute(trx)
  let [swept, kept] = [0, 0]
  for (const { table, column, type, isOurs } of columns) {
    const [at, value] = [sql.table(table), sql`${sql.ref(column)}::text`]
    const named = sql`organization_id = ${organizationId} and ${value} ~* ${pattern}`
    const blanked = sql`regexp_replace(${value}, ${pattern}, ${`\\1${NOBODY}`}, 'gi')${sql.raw(`::${type}`)}`
    const { numAffectedRows, rows } = isOurs
      ? await sql`update ${at} set ${sql.ref(column)} = ${blanked} where ${named}`.execute(trx)
      : await sql`select 1 from ${at} where ${named}`.execute(trx)
    if (isOurs) swept += Number(numAffectedRows ?? 0n)
    else kept += rows.length
  }
  return { swept, kept }
}
