import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Page } from './records.ts'

/** A list that is read page by page. */
export interface Pages<Item> {
  readonly items: readonly Item[] | undefined
  readonly error: unknown
  readonly hasMore: boolean
  readonly reload: () => void
  readonly loadMore: () => void
}

/** Promises a list that starts again from its first page whenever it is reloaded. */
export function usePages<Item>(load: (cursor?: string | null) => Promise<Page<Item>>): Pages<Item> {
  const [items, setItems] = useState<readonly Item[]>()
  const [error, setError] = useState<unknown>()
  const [cursor, setCursor] = useState<string | null>(null)
  const latest = useRef(0)

  const read = useCallback(
    async (from: string | null) => {
      latest.current += 1
      const turn = latest.current
      try {
        const page = await load(from)
        // An answer to an earlier question says nothing about this list any more.
        if (turn !== latest.current) return
        setItems((known) => (from === null ? page.items : [...(known ?? []), ...page.items]))
        setCursor(page.next_cursor)
        setError(undefined)
      } catch (problem) {
        if (turn === latest.current) setError(problem)
      }
    },
    [load],
  )

  const reload = useCallback(() => void read(null), [read])
  useEffect(reload, [reload])
  return { items, error, hasMore: cursor !== null, reload, loadMore: () => void read(cursor) }
}
