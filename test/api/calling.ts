import type { TestApi } from './harness.ts'

export type Json = Record<string, unknown>

/** An answer of the API as a program reads it. */
export interface Told {
  readonly status: number
  readonly body: Json
  readonly headers: Headers
}

/** What a caller adds to a path; a body makes it a POST. */
export interface Call {
  readonly token?: string
  readonly body?: unknown
  readonly key?: string
  readonly method?: string
}

/** A caller of one API. */
export const callerOf =
  (api: () => TestApi) =>
  async (path: string, { token, body, key, method }: Call = {}): Promise<Told> => {
    const answer = await fetch(`${api().origin}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const told = (text === '' ? {} : JSON.parse(text)) as Json
    return { status: answer.status, body: told, headers: answer.headers }
  }

/** The ids of a page's items. */
export const idsOf = ({ body }: Pick<Told, 'body'>): unknown[] =>
  (body['items'] as Json[]).map(({ id }) => id)

/** How many operations there are, of anybody. */
export const countOperations = async ({ owner }: TestApi): Promise<number> =>
  (await owner.query('select 1 from operation')).rows.length
