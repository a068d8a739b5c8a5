/** A page of a list, and where the next one begins. */
export interface ListPage<T> {
  readonly items: T[]
  /** Hand it in again as `cursor`; null on the last page. */
  readonly nextCursor: string | null
}

/** The page out of rows of which one more than its limit was asked for. */
export function pageOf<Row extends { readonly id: string }, T>(
  rows: readonly Row[],
  limit: number,
  shown: (row: Row) => T,
): ListPage<T> {
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { items: page.map((row) => shown(row)), nextCursor: last?.id ?? null }
}

/** A pattern that finds these words anywhere in a text, whatever signs are in them. */
export const anywhere = (words: string): string =>
  `%${words.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
