import { invalidArgument } from './problems.ts'

export const PAGE_PARAMETERS = ['count', 'page_token'] as const

/** One page of rows, with the links to its neighbours. */
export function pageOf<Row, Shown>(input: {
  rows: readonly Row[]
  query: Record<string, unknown>
  /** The address of the listing, without its query. */
  url: string
  show: (row: Row) => Shown
}) {
  const { rows, query, url, show } = input
  const count = readCount(query['count'])
  const start = readToken(query['page_token'])
  const page = rows.slice(start, start + count)
  const next = start + count < rows.length ? writeToken(start + count) : null
  const previous = start > 0 ? writeToken(Math.max(0, start - count)) : null

  const link = (token: string | null) => {
    if (token === null) return null
    const given = Object.entries(query).map(([name, value]): [string, string] => [
      name,
      String(value),
    ])
    const search = new URLSearchParams(given)
    search.set('count', String(count))
    search.set('page_token', token)
    return `${url}?${search.toString()}`
  }

  return {
    collection: page.map(show),
    pagination: {
      count: page.length,
      next_page: link(next),
      next_page_token: next,
      previous_page: link(previous),
      previous_page_token: previous,
    },
  }
}

/** Rows in the order a `field:direction` parameter asks for. */
export function sortRows<Row>(
  rows: Row[],
  { sort, field, key }: { sort: unknown; field: string; key: (row: Row) => string | number },
): Row[] {
  const wanted = sort ?? `${field}:asc`
  if (wanted !== `${field}:asc` && wanted !== `${field}:desc`) {
    throw invalidArgument([{ parameter: 'sort', message: 'is invalid' }])
  }
  const sign = wanted === `${field}:asc` ? 1 : -1
  return rows.sort((one, other) => {
    const [left, right] = [key(one), key(other)]
    return left === right ? 0 : left < right ? -sign : sign
  })
}

function readCount(given: unknown): number {
  if (given === undefined) return 20
  const count = Number(given)
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count
  throw invalidArgument([{ parameter: 'count', message: 'must be between 1 and 100' }])
}

function writeToken(start: number): string {
  return Buffer.from(`after ${start}`).toString('base64url')
}

function readToken(given: unknown): number {
  if (given === undefined) return 0
  const text = Buffer.from(typeof given === 'string' ? given : '', 'base64url').toString('utf8')
  const start = /^after (\d+)$/.exec(text)?.[1]
  if (start !== undefined) return Number(start)
  throw invalidArgument([{ parameter: 'page_token', message: 'is invalid' }])
}
