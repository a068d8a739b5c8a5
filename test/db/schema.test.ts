import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { openWorld, type World } from './world.ts'

/** The tables of the gate and of Kysely, which no tenant's transaction reaches. */
const NOT_OURS = new Set([
  'identity',
  'operator_setting',
  'rejection',
  'unrouted_delivery',
  'kysely_migration',
  'kysely_migration_lock',
])

const read = (name: string): string =>
  readFileSync(new URL(`../../db/${name}.ts`, import.meta.url), 'utf8')

const columnsOf = (body: string): Map<string, string> =>
  new Map([...body.matchAll(/^ {2}(\w+): (.+)$/gm)].map((m) => [m[1] ?? '', m[2] ?? '']))

/** Reads `interface XTable { column: type }` of the schema files. */
function declared(): Map<string, Map<string, string>> {
  const text = ['schema', 'schema-integrations', 'schema-bookings', 'schema-sessions']
    .map(read)
    .join('\n')
  const bodies = new Map(
    [...text.matchAll(/interface (\w+) \{\n(.*?)\n\}/gs)].map((m) => [m[1] ?? '', m[2] ?? '']),
  )
  return new Map(
    [...columnsOf(bodies.get('Schema') ?? '')].map(([table, type]) => [
      table,
      columnsOf(bodies.get(type) ?? ''),
    ]),
  )
}

describe('schema', () => {
  let world: World
  before(async () => void (world = await openWorld()))
  after(() => world.close())

  it('declares exactly the tables and columns that the migrations make', async () => {
    const { rows } = await world.owner.query(`
      select table_name, array_agg(column_name::text order by column_name) as columns
      from information_schema.columns where table_schema = 'public' group by 1 order by 1`)
    const made = rows.filter(({ table_name }) => !NOT_OURS.has(table_name))

    assert.deepEqual(
      Object.fromEntries([...declared()].map(([table, of]) => [table, [...of.keys()].toSorted()])),
      Object.fromEntries(made.map(({ table_name, columns }) => [table_name, columns])),
    )
  })

  it('says of every column truly whether it can be null and whether it has a default', async () => {
    const { rows } = await world.owner.query(`
      select table_name as table, column_name as name, is_nullable = 'YES' as nullable,
        column_default is not null as filled
      from information_schema.columns where table_schema = 'public'`)
    const tables = declared()

    for (const { table, name, nullable, filled } of rows) {
      const type = tables.get(table)?.get(name)
      if (type === undefined || type.startsWith('GeneratedAlways')) continue
      const canBeNull = type.includes('| null') || type.startsWith('NullableJson')
      assert.equal(canBeNull, nullable, `${table}.${name}: ${type}`)
      if (filled) assert.match(type, /^Filled/, `${table}.${name} has a default`)
    }
  })
})
