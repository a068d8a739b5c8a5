import type pg from 'pg'

/** A value somewhere in the database, as text; bytes that are ASCII read as such. */
export interface Stored {
  readonly column: string
  readonly organizationId: string | null
  readonly text: string
}

interface Table {
  readonly name: string
  readonly columns: readonly string[]
  readonly types: readonly string[]
}

/** Everything a database holds, of every table and column, as its owner sees it. */
export async function everythingIn(owner: pg.Pool): Promise<Stored[]> {
  const { rows: tables } = await owner.query<Table>(
    `select table_name as name, array_agg(column_name::text order by ordinal_position) as columns,
       array_agg(data_type::text order by ordinal_position) as types
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE' group by 1 order by 1`,
  )
  const all: Stored[] = []
  for (const { name, columns, types } of tables) {
    const texts = columns.map((column, at) =>
      types[at] === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`,
    )
    const tenant = columns.includes('organization_id') ? 'organization_id::text' : 'null'
    const { rows } = await owner.query<{ tenant: string | null; texts: (string | null)[] }>(
      `select ${tenant} as tenant, array[${texts.join(', ')}] as texts from "${name}"`,
    )
    for (const row of rows)
      for (const [at, text] of row.texts.entries())
        if (text !== null)
          all.push({ column: `${name}.${columns[at]}`, organizationId: row.tenant, text })
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
