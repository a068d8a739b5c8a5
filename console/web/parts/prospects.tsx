import { formatDistance } from '../moments.ts'
import { providerName } from '../provider-name.ts'
import type { Prospect } from '../records.ts'
import type { LiveList } from '../use-live-list.ts'
import { useNow } from '../use-now.ts'
import { useLanguage } from '../words/language.ts'
import { SectionState } from './section-state.tsx'

/** Whoever booked, the latest first; filled while the viewer looks. */
export function Prospects({ list }: { readonly list: LiveList<Prospect> }) {
  const { tag, words } = useLanguage()
  const now = useNow()
  const say = words.prospects
  const rows = [...list.items.values()].sort(
    (a, b) => Date.parse(b.created_at) - Date.parse(a.created_at),
  )
  return (
    <section aria-labelledby="prospects">
      <h2 id="prospects">{say.heading}</h2>
      {list.isLoaded && list.error === undefined ? null : (
        <SectionState error={list.error} onRetry={list.reload} />
      )}
      {list.isLoaded && rows.length === 0 ? <p class="quiet">{say.none}</p> : null}
      <ul class="rows">
        {rows.map((prospect) => (
          <li key={prospect.id} class={list.fresh.has(prospect.id) ? 'row fresh' : 'row'}>
            <p class="row-title">
              {prospect.name ?? prospect.email}
              {list.fresh.has(prospect.id) ? <span class="badge">{say.isNew}</span> : null}
            </p>
            {prospect.name === null ? null : <p class="email">{prospect.email}</p>}
            <p class="quiet small">
              {say.via(providerName(prospect.source))}
              {' · '}
              <time dateTime={prospect.created_at}>
                {formatDistance(prospect.created_at, now, tag)}
              </time>
            </p>
          </li>
        ))}
      </ul>
      {list.hasMore ? (
        <button type="button" onClick={list.loadMore}>
          {say.more}
        </button>
      ) : null}
    </section>
  )
}
