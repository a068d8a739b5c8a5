import type { ComponentChildren } from 'preact'
import type { Pages } from '../use-pages.ts'
import { useWords } from '../words/language.ts'
import { SectionState } from './section-state.tsx'

interface PagedRowsProps<Item> {
  readonly pages: Pages<Item>
  /** What to say where there is nothing. */
  readonly none: string
  readonly children: (item: Item) => ComponentChildren
}

/** A list of rows, with the way to more of them. */
export function PagedRows<Item>({ pages, none, children }: PagedRowsProps<Item>) {
  const { items, error, hasMore, reload, loadMore } = pages
  const words = useWords()
  return (
    <>
      {items === undefined || error !== undefined ? (
        <SectionState error={error} onRetry={reload} />
      ) : null}
      {items?.length === 0 ? <p class="quiet">{none}</p> : null}
      <ul class="rows">{items?.map(children)}</ul>
      {hasMore ? (
        <button type="button" onClick={loadMore}>
          {words.more}
        </button>
      ) : null}
    </>
  )
}
