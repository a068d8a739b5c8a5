import assert from 'node:assert/strict'
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import { createPool } from '../../db/pool.ts'
import { UNAWAITED } from '../../db/unawaited.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const note = (trx: Transaction<never>, word: string | null) =>
  sql<{ word: string }>`${UNAWAITED} insert into noted values (${word}) returning word`.execute(trx)

describe('unawaited statements', () => {
  let made: TestDatabase
  let db: Kysely<never>

  before(async () => {
    made = await createTestDatabase()
    // One connection: what an error leaves behind would meet the next transaction.
    const pool = createPool(made.ownerUrl, 1)
    db = new Kysely({ dialect: new PostgresDialect({ pool }) })
    await sql`create table noted (word text primary key)`.execute(db)
  })
  beforeEach(() => sql`truncate noted`.execute(db))
  after(async () => {
    await db.destroy()
    await made.drop()
  })

  const inTransaction = <T>(work: (trx: Transaction<never>) => Promise<T>): Promise<T> =>
    db.transaction().execute(work)

  async function noted(): Promise<string[]> {
    const { rows } = await sql<{ word: string }>`select word from noted order by word`.execute(db)
    return rows.map(({ word }) => word)
  }

  const failure = (work: (trx: Transaction<never>) => Promise<unknown>): Promise<string> =>
    inTransaction(work).then(
      () => 'none',
      ({ code, message }: { code?: string; message: string }) => code ?? message,
    )

  it('runs them in their order, before the statement that is waited for', async () => {
    const seen = await inTransaction(async (trx) => {
      await note(trx, 'one')
      await note(trx, 'two')
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from noted`.execute(trx)
      return rows[0]?.n
    })

    assert.equal(seen, 2)
    assert.deepEqual(await noted(), ['one', 'two'])
  })

  it('does not wait for them, and has their rows once a later statement is answered', async () => {
    const [before, after] = await inTransaction(async (trx) => {
      const { rows } = await note(trx, 'one')
      const atOnce = rows.length
      await sql`select 1`.execute(trx)
      return [atOnce, rows]
    })

    assert.equal(before, 0)
    assert.deepEqual(after, [{ word: 'one' }])
  })

  it('fails the next statement with their own error, not with its echo', async () => {
    const code = await failure(async (trx) => {
      await note(trx, null)
      await sql`select 1`.execute(trx)
    })

    assert.equal(code, '23502')
  })

  it('fails the commit where nothing else is waited for, and nothing is committed', async () => {
    const code = await failure(async (trx) => {
      await note(trx, 'kept by nobody')
      await note(trx, null)
    })

    assert.equal(code, '23502')
    assert.deepEqual(await noted(), [])
  })

  it('forgets a failure with its transaction', async () => {
    await failure((trx) => note(trx, null))
    await failure(async (trx) => {
      await note(trx, null)
      throw new Error('given up')
    })

    assert.deepEqual(await noted(), [])
    await inTransaction((trx) => note(trx, 'one'))
    assert.deepEqual(await noted(), ['one'])
  })

  it('tells the error of the statement that failed first', async () => {
    const code = await failure(async (trx) => {
      await note(trx, 'one')
      await note(trx, 'one')
      await note(trx, null)
    })

    assert.equal(code, '23505')
  })

  it('commits nothing where a statement could not even be sent', async () => {
    const round: { self?: unknown } = {}
    round.self = round

    const code = await failure(async (trx) => {
      await note(trx, 'one')
      await sql`${UNAWAITED} insert into noted values (${round})`.execute(trx)
    })

    assert.match(code, /circular/)
    assert.deepEqual(await noted(), [])
  })
})
