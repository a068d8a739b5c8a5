import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type pg from 'pg'

const MARK = '/* prepared */'

/**
 * Put into a statement of the hot path: each connection plans it once and keeps the plan, which
 * halves what a short one costs. Never in a text that differs from call to call.
 */
export const PREPARED = sql.raw(MARK)

const names = new Map<string, string>()

/** The same text has the same name on every connection, whoever shares it behind a pooler. */
function nameOf(text: string): string {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = `rv_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
  names.set(text, name)
  return name
}

/** Makes a client send marked statements by their name. */
export function prepareMarked(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...call: unknown[]) => unknown
  const naming = (...call: unknown[]): unknown => {
    const [text, values] = call
    const isMarked = call.length === 2 && typeof text === 'string' && text.includes(MARK)
    return isMarked ? query({ name: nameOf(text), text, values }) : query(...call)
  }
  client.query = naming as typeof client.query
}
