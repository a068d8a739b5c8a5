import type pg from 'pg'
import { named } from './errors.ts'
import { isId } from './ids.ts'
import type { OutboxRow } from './outbox.ts'

/** Which changes: those after a number, at most so many. */
export interface OutboxQuestion {
  readonly afterSeq: number
  readonly limit: number
}

/**
 * Reads the changes of one organization in one round trip, which is most of what the way from a
 * commit to a socket takes: several statements sent as one text are one transaction, and the tenant
 * ends with it. Nothing but an id and two numbers is ever put into the text.
 */
export const createOutboxReader =
  (pool: pg.Pool) =>
  async (organizationId: string, { afterSeq, limit }: OutboxQuestion): Promise<OutboxRow[]> => {
    if (!isId(organizationId)) throw new Error('the outbox is read for the id of an organization')
    if (![afterSeq, limit].every((number) => Number.isSafeInteger(number) && number >= 0))
      throw new Error('the outbox is read after a number, and so many of it')
    const text = `select set_config('app.organization', '${organizationId}', true),
        set_config('statement_timeout', '10s', true);
      select seq, event, payload, audience from outbox
        where organization_id = '${organizationId}' and seq > ${afterSeq}
        order by seq limit ${limit}`
    try {
      const results: unknown = await pool.query(text)
      return Array.isArray(results) ? (results.at(-1) as pg.QueryResult<OutboxRow>).rows : []
    } catch (error) {
      throw named(error)
    }
  }
