import { isId } from '../db/ids.ts'
import { HttpProblem } from './problems.ts'

/** A page as repositories answer it. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

/** A page as REST answers it. */
export const pageOf = <Item>({ items, nextCursor }: Page<Item>) => ({
  items: [...items],
  next_cursor: nextCursor === null ? null : Buffer.from(nextCursor).toString('base64url'),
})

/** A screen and a half; a caller that wants more asks for up to a hundred. */
const DEFAULT_LIMIT = 50

/** Opaque to callers: what a cursor says may change. */
export function pageQueryOf({
  cursor,
  limit = DEFAULT_LIMIT,
}: {
  cursor?: string
  limit?: number
}): { cursor: string | undefined; limit: number } {
  if (cursor === undefined) return { cursor, limit }
  const decoded = Buffer.from(cursor, 'base64url').toString()
  if (!isId(decoded)) throw new HttpProblem('invalid-input', 'cursor is not one of ours.')
  return { cursor: decoded, limit }
}
