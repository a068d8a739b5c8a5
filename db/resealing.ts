import { sql } from 'kysely'
import type pg from 'pg'
import { named } from './errors.ts'
import type { KeyRing } from './key-ring.ts'
import { canaryKey, moveCanary } from './pool.ts'
import { SEALED_PLACES, type SealedColumn, type SealedRow } from './sealed-places.ts'
import { open, SealBroken, seal } from './sealing.ts'
import type { TenantTx } from './tenant.ts'

/** What a pass did; `isDone` says that no value needs any key but the first of the ring. */
export interface Resealed {
  readonly resealed: number
  /** Values that no key of the ring opens where they are: left as they are, for a person. */
  readonly broken: number
  readonly isDone: boolean
}

interface ResealingDeps {
  readonly pool: pg.Pool
  readonly keyRing: KeyRing
  readonly withTenant: <T>(id: string, work: (tx: TenantTx) => Promise<T>) => Promise<T>
}

/** Organizations are asked for in portions; each of their rows is a transaction of its own. */
const PAGE = 100

/**
 * Seals everything anew that is sealed under another key than the first of the ring, row by row.
 * Whoever reads meanwhile finds the old value or the new one, and opens either. Cut off at any
 * point it has lost nothing and goes on where it was. When all is done, the canary goes to the new
 * key: from then on the ring may be shortened.
 */
export function createResealer({ pool, keyRing, withTenant }: ResealingDeps) {
  const { writer } = keyRing

  return async function reseal(): Promise<Resealed> {
    try {
      const columns = await sealedColumns(pool)
      let [resealed, broken] = [0, 0]
      for await (const organizationId of organizations(pool, writer))
        for (const column of columns)
          for (const row of await withTenant(organizationId, (tx) => rowsToReseal(tx, column))) {
            const end = await withTenant(organizationId, (tx) => resealRow(tx, column, row))
            if (end === 'resealed') resealed += 1
            if (end === 'broken') broken += 1
          }
      const left = await pool.query('select 1 from organizations_to_reseal($1, null, 1)', [writer])
      const isDone = left.rowCount === 0
      if (isDone && (await canaryKey(pool, keyRing)) !== writer) await moveCanary(pool, keyRing)
      return { resealed, broken, isDone }
    } catch (error) {
      throw named(error)
    }
  }
}

interface Named extends SealedColumn {
  readonly table: string
  readonly column: string
}

async function sealedColumns(pool: pg.Pool): Promise<Named[]> {
  const { rows } = await pool.query<{ table_name: string; column_name: string }>(
    'select * from sealed_columns()',
  )
  return rows.map(({ table_name: table, column_name: column }) => {
    const place = SEALED_PLACES[`${table}.${column}`]
    if (place === undefined) throw new Error(`${table}.${column} is sealed, and has no place`)
    return { table, column, ...place }
  })
}

async function* organizations(pool: pg.Pool, writer: string): AsyncGenerator<string> {
  let after: string | null = null
  while (true) {
    const page: pg.QueryResult<{ organization_id: string }> = await pool.query(
      'select organization_id from organizations_to_reseal($1, $2, $3)',
      [writer, after, PAGE],
    )
    for (const { organization_id } of page.rows) yield organization_id
    after = page.rows.at(-1)?.organization_id ?? null
    if (after === null) return
  }
}

async function rowsToReseal(tx: TenantTx, { table, column, key }: Named): Promise<SealedRow[]> {
  const { rows } = await sql<SealedRow>`
    select ${sql.join(key.map((one) => sql`${sql.ref(one)}::text`))} from ${sql.table(table)}
    where organization_id = ${tx.organizationId} and ${sql.ref(column)} is not null
      and split_part(${sql.ref(column)}, '.', 2) <> ${tx.keyRing.writer}`.execute(tx.trx)
  return rows
}

async function resealRow(
  tx: TenantTx,
  { table, column, key, placeOf }: Named,
  row: SealedRow,
): Promise<'resealed' | 'broken' | 'gone'> {
  const { organizationId, keyRing, trx } = tx
  const isRow = sql.join(
    key.map((one) => sql`${sql.ref(one)}::text = ${row[one]}`),
    sql` and `,
  )
  const { rows } = await sql<{ value: string | null }>`
    select ${sql.ref(column)} as value from ${sql.table(table)}
    where organization_id = ${organizationId} and ${isRow} for no key update`.execute(trx)
  const value = rows[0]?.value
  if (value == null) return 'gone'
  const place = placeOf(organizationId, row)
  try {
    const sealed = seal(keyRing, place, open(keyRing, place, value))
    await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sealed}
      where organization_id = ${organizationId} and ${isRow}`.execute(trx)
    return 'resealed'
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    return 'broken'
  }
}
