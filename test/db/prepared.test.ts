import assert from 'node:assert/strict'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { createPool } from '../../db/pool.ts'
import { PREPARED } from '../../db/prepared.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

describe('prepared statements', () => {
  let made: TestDatabase
  let db: Kysely<never>

  before(async () => {
    made = await createTestDatabase()
    const pool = createPool(made.appUrl, 1)
    db = new Kysely({ dialect: new PostgresDialect({ pool }) })
  })
  after(async () => {
    await db.destroy()
    await made.drop()
  })

  const kept = async (): Promise<string[]> => {
    const { rows } = await sql<{ statement: string }>`
      select statement from pg_prepared_statements`.execute(db)
    return rows.map(({ statement }) => statement)
  }

  it('keeps one plan of a marked statement, however often it runs and with whatever values', async () => {
    for (const value of [1, 2, 3]) {
      const { rows } = await sql<{ sum: number }>`${PREPARED}
        select ${value}::int + 1 as sum`.execute(db)
      assert.deepEqual(rows, [{ sum: value + 1 }])
    }

    assert.equal((await kept()).filter((text) => text.includes('+ 1 as sum')).length, 1)
  })

  it('keeps none of a statement that is not marked', async () => {
    await sql`select ${5}::int + 2 as other`.execute(db)

    assert.equal((await kept()).filter((text) => text.includes('as other')).length, 0)
  })
})
