import { randomUUID } from 'node:crypto'
import type pg from 'pg'

/** A table with rows of tenants, as the catalog tells it. */
export interface TableShape {
  readonly name: string
  /** The column that names the organization. */
  readonly key: string
  readonly columns: readonly string[]
}

/** Every table that holds rows of an organization: whatever a migration adds is found. */
export async function tenantTables(owner: pg.Pool): Promise<TableShape[]> {
  const { rows } = await owner.query<TableShape>(`
    select t.table_name as name,
      case when t.table_name = 'organization' then 'id' else 'organization_id' end as key,
      array_agg(c.column_name::text order by c.ordinal_position) as columns
    from information_schema.tables t
    join information_schema.columns c using (table_schema, table_name)
    where t.table_schema = 'public' and t.table_type = 'BASE TABLE'
    group by t.table_name
    having bool_or(c.column_name = 'organization_id') or t.table_name = 'organization'
    order by t.table_name`)
  return rows
}

interface Column {
  readonly table: string
  readonly column: string
  readonly type: string
  readonly check: string | null
}

/**
 * Puts a row of the organization into every table that has none yet, made from the catalog:
 * required columns by their type and check, foreign keys from the rows that are there.
 */
export async function fillTenant(
  owner: pg.Pool,
  { organizationId, tables }: { organizationId: string; tables: readonly TableShape[] },
): Promise<void> {
  const { rows: columns } = await owner.query<Column>(`
    select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type,
      (select pg_get_constraintdef(k.oid) from pg_constraint k where k.conrelid = c.oid
        and k.contype = 'c' and k.conkey = array[a.attnum]) as check
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0
      and a.attnotnull and not a.atthasdef`)
  const waiting = new Set(tables.map(({ name }) => name))
  for (let round = 0; waiting.size > 0; round += 1) {
    if (round === tables.length) throw new Error(`can't fill ${[...waiting].join(', ')}`)
    for (const { name, key } of tables.filter((table) => waiting.has(table.name))) {
      const exists = `select 1 from ${name} where ${key} = $1`
      const { rowCount } = await owner.query(exists, [organizationId])
      if (rowCount !== 0 || (await fill(owner, { name, key, organizationId, columns })))
        waiting.delete(name)
    }
  }
}

interface Filling {
  readonly name: string
  readonly key: string
  readonly organizationId: string
  readonly columns: readonly Column[]
}

/** False when a table it refers to is still empty. */
async function fill(owner: pg.Pool, { name, key, organizationId, columns }: Filling) {
  const { rows: references } = await owner.query<{ column: string; table: string; target: string }>(
    `select a.attname as column, r.relname as table, b.attname as target
     from pg_constraint k
     cross join unnest(k.conkey, k.confkey) as p (own, other)
     join pg_class r on r.oid = k.confrelid
     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = p.own
     join pg_attribute b on b.attrelid = k.confrelid and b.attnum = p.other
     where k.contype = 'f' and k.conrelid = $1::regclass`,
    [name],
  )
  const required = columns.filter(({ table }) => table === name)
  const values: string[] = []
  for (const { column, type, check } of required) {
    const reference = references.find((one) => one.column === column && one.table !== name)
    if (column === key) values.push(`'${organizationId}'`)
    else if (reference === undefined) values.push(literal(type, check))
    else {
      const { rows } = await owner.query(
        `select ${reference.target}::text as value from ${reference.table}
         where organization_id = $1 limit 1`,
        [organizationId],
      )
      if (rows.length === 0) return false
      values.push(`'${rows[0].value}'`)
    }
  }
  await owner.query(
    `insert into ${name} (${required.map(({ column }) => column).join(', ')})
     values (${values.join(', ')})`,
  )
  return true
}

function literal(type: string, check: string | null): string {
  const allowed = check === null ? undefined : /'([a-zA-Z]+)'::text/.exec(check)?.[1]
  if (allowed !== undefined) return `'${allowed}'`
  if (type === 'uuid') return `'${randomUUID()}'`
  if (type === 'text') return `'${randomUUID()}'`
  if (type === 'bytea') return `'\\x00'`
  if (type === 'jsonb') return `'{}'`
  if (type.endsWith('[]')) return `'{}'`
  return type.startsWith('timestamp') ? 'now()' : '1'
}
