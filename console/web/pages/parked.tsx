import { ParkedRow } from '../parts/parked-row.tsx'
import { PagedRows } from '../parts/paged-rows.tsx'
import { useReloadOn } from '../use-news.ts'
import { usePages } from '../use-pages.ts'
import { useWords } from '../words/language.ts'
import type { PageProps } from './page-props.ts'

/** What waits for a missing fact, with the ways to try again and to give up. */
export function Parked({ api, news }: PageProps) {
  const say = useWords().parked
  const parked = usePages(api.parked)
  // What waited has become a session: it waits no longer.
  useReloadOn(news, ({ name }) => name === 'session:created', parked.reload)
  return (
    <section class="page" aria-labelledby="parked">
      <h2 id="parked">{say.heading}</h2>
      <p class="quiet">{say.text}</p>
      <PagedRows pages={parked} none={say.none}>
        {(item) => <ParkedRow key={item.id} api={api} item={item} onChanged={parked.reload} />}
      </PagedRows>
    </section>
  )
}
