import { sql } from 'kysely'
import type pg from 'pg'

const MARK = '/* unawaited */'

/**
 * Put into a statement of a transaction whose answer nobody needs now: it is sent, and the next one
 * follows on its heels. Its list of rows is empty, and filled by the time a later statement is
 * answered. What goes wrong with it fails the transaction at the next statement that is waited for,
 * at the latest at the commit, with the very error of the statement; a savepoint does not save it.
 * Only for statements that are harmless alone, as those of a tenant are: row security refuses them
 * where the transaction has not begun.
 */
export const UNAWAITED = sql.raw(MARK)

/**
 * Makes a client wait neither for a `begin` nor for marked statements. The client has to send what
 * it is given at once (`pipeline`); PostgreSQL answers in the order of the statements.
 */
export function sendAhead(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...call: unknown[]) => Promise<pg.QueryResult>
  /** The first failure that nobody has been told of: all that follow are only its echo. */
  let untold: { readonly error: unknown } | undefined

  async function fill(rows: unknown[], answer: Promise<pg.QueryResult>): Promise<void> {
    try {
      for (const row of (await answer).rows) rows.push(row)
    } catch (error) {
      untold ??= { error }
    }
  }

  async function told(answer: Promise<pg.QueryResult>): Promise<pg.QueryResult> {
    try {
      const result = await answer
      if (untold !== undefined) throw untold.error
      return result
    } catch (error) {
      throw untold?.error ?? error
    }
  }

  const sending = (...call: unknown[]): unknown => {
    const [text] = call
    // Only a transaction asks so; a call with a callback is somebody else's.
    if (typeof text !== 'string' || call.length !== 2) return query(...call)
    if (text === 'begin') untold = undefined
    if (text === 'begin' || text.includes(MARK)) {
      const rows: unknown[] = []
      void fill(rows, query(...call))
      return Promise.resolve({ command: '', rowCount: 0, rows, fields: [] })
    }
    // What failed before it was sent has not undone anything: that is for the caller's rollback.
    if (text === 'commit' && untold !== undefined) return Promise.reject(untold.error)
    if (text === 'rollback') return query(...call).finally(() => (untold = undefined))
    return told(query(...call))
  }
  client.query = sending as typeof client.query
}
