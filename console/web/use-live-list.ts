import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { mergeRecords, withoutRecord } from './live-list.ts'
import type { LiveRecord } from './live-list.ts'
import type { Page } from './records.ts'

/** A list that is read page by page and then filled by news. */
export interface LiveList<Item extends LiveRecord> {
  readonly items: ReadonlyMap<string, Item>
  /** Ids that arrived while the viewer was looking. */
  readonly fresh: ReadonlySet<string>
  readonly isLoaded: boolean
  readonly error: unknown
  readonly hasMore: boolean
  readonly reload: () => void
  /** Forgets what is known and reads it anew: some of it may be gone without a word. */
  readonly restart: () => void
  readonly loadMore: () => void
  readonly take: (record: Item, isFresh: boolean) => void
  /** For good: ids are never used again. */
  readonly drop: (id: string) => void
}

/** Promises a list that keeps the newest version of each record, whatever order they come in. */
export function useLiveList<Item extends LiveRecord>(
  load: (cursor?: string | null) => Promise<Page<Item>>,
): LiveList<Item> {
  const [items, setItems] = useState<ReadonlyMap<string, Item>>(new Map())
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set())
  const [isLoaded, setLoaded] = useState(false)
  const [error, setError] = useState<unknown>(undefined)
  const [cursor, setCursor] = useState<string | null>(null)
  const isFirstPage = useRef(true)
  // An answer asked for before an erasure may arrive after it, and still know the record.
  const erased = useRef(new Set<string>())

  const turn = useRef(0)

  const read = useCallback(
    async (from: string | null) => {
      const asked = turn.current
      try {
        const page = await load(from)
        if (asked !== turn.current) return
        setItems((known) => mergeRecords(known, page.items, erased.current))
        // Reading the first page again must not forget how far the viewer has come.
        if (from !== null || isFirstPage.current) setCursor(page.next_cursor)
        isFirstPage.current = isFirstPage.current && from === null
        setLoaded(true)
        setError(undefined)
      } catch (problem) {
        if (asked === turn.current) setError(problem)
      }
    },
    [load],
  )

  const reload = useCallback(() => void read(null), [read])
  useEffect(reload, [reload])

  const restart = useCallback(() => {
    turn.current += 1
    isFirstPage.current = true
    // Emptied at once, not with the answer: news that comes before it must stay.
    setItems(new Map())
    setCursor(null)
    setLoaded(false)
    void read(null)
  }, [read])

  const take = useCallback((record: Item, isFresh: boolean) => {
    setItems((known) => mergeRecords(known, [record], erased.current))
    if (isFresh) setFresh((known) => new Set(known).add(record.id))
  }, [])

  const drop = useCallback((id: string) => {
    erased.current.add(id)
    setItems((known) => withoutRecord(known, id))
  }, [])

  return {
    items,
    fresh,
    isLoaded,
    error,
    hasMore: cursor !== null,
    reload,
    restart,
    loadMore: () => void read(cursor),
    take,
    drop,
  }
}
