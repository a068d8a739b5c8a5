import { ProviderError } from './failures.ts'
import { type Fields, fieldsOf } from './fields.ts'
import type { Http, HttpAnswer, HttpCall } from './http.ts'
import type { Access, Answered, Page } from './provider.ts'
import { UnreadableError } from './reading.ts'

/** Where an API is, the door to it, and how its refusals are told apart. */
export interface ApiPlace {
  readonly http: Http
  readonly apiUrl: string
  readonly refusalOf: (operation: string, answer: HttpAnswer) => ProviderError
}

/** One call of an API: a path below its base, with the query. */
export interface ApiCall {
  readonly operation: string
  readonly method: HttpCall['method']
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
}

/** Sends one API call with a person's access, and throws unless it was granted. */
export async function sendCall(
  { http, apiUrl, refusalOf }: ApiPlace,
  access: Access,
  { path, query, ...call }: ApiCall,
): Promise<HttpAnswer> {
  const url = new URL(`${apiUrl}${path}`)
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) url.searchParams.set(name, value)
  const answer = await http.send({
    ...call,
    url: url.href,
    origins: [new URL(apiUrl).origin],
    authorization: `Bearer ${access.token}`,
  })
  if (answer.status >= 200 && answer.status < 300) return answer
  throw refusalOf(call.operation, answer)
}

/** Reads the answer of a call; one that is not what we asked for leaves it unclear what was done. */
export function answered<T>(
  operation: string,
  { body, rate, status }: HttpAnswer,
  readBody: (fields: Fields) => T,
): Answered<T> {
  try {
    return { value: readBody(fieldsOf(body, 'answer')), rate }
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    const { reason, at } = error.quarantine
    const text = `${operation}: answered ${status}, but ${at} is not as documented (${reason}).`
    throw new ProviderError({ kind: 'unclear', status, rate, text, cause: error })
  }
}

/** Reads a list item by item: an ill one is counted and hides none of the others. */
export function readEach<T>(
  list: readonly Fields[],
  readItem: (item: Fields) => T,
): Pick<Page<T>, 'items' | 'unreadable'> {
  const items: T[] = []
  const unreadable: Page<T>['unreadable'][number][] = []
  for (const item of list)
    try {
      items.push(readItem(item))
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error
      unreadable.push(error.quarantine)
    }
  return { items, unreadable }
}
