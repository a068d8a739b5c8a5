import type pg from 'pg'

/** A value somewhere in the database, as text; bytes that are ASCII read as such. */
export interface Stored {
  readonly column: string
  readonly organizationId: string | null
  readonly text: string
}

/** Everything a database holds, of every table and column, as its owner sees it. */
export async function everythingIn(owner: pg.Pool): Promise<Stored[]> {
  const { rows: columns } = await owner.query<{
    at: string
    name: string
    type: string
    key: string
  }>(
    `select c.table_name as at, c.column_name as name, c.data_type as type,
       case when bool_or(c.column_name = 'organization_id') over (partition by c.table_name)
         then 'organization_id' else 'null' end as key
     from information_schema.columns c join information_schema.tables t
       using (table_schema, table_name)
     where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
     order by 1, 2`,
  )
  const all: Stored[] = []
  for (const { at, name, type, key } of columns) {
    const value = type === 'bytea' ? `encode("${name}", 'escape')` : `"${name}"::text`
    const { rows } = await owner.query<{ tenant: string | null; text: string }>(
      `select ${key}::text as tenant, ${value} as text from "${at}" where "${name}" is not null`,
    )
    for (const { tenant, text } of rows)
      all.push({ column: `${at}.${name}`, organizationId: tenant, text })
  }
  return all
}

/** The columns in which any of these words stands, in whatever letters. */
export function columnsWith(stored: readonly Stored[], words: readonly string[]): string[] {
  const small = words.map((word) => word.toLowerCase())
  const found = stored.filter(({ text }) => {
    const lower = text.toLowerCase()
    return small.some((word) => lower.includes(word))
  })
  return [...new Set(found.map(({ column }) => column))].toSorted()
}
