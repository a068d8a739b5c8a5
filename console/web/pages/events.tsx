import { useCallback, useState } from 'preact/hooks'
import { EventRow } from '../parts/event-row.tsx'
import { Choice } from '../parts/field.tsx'
import { PagedRows } from '../parts/paged-rows.tsx'
import { Rejections } from '../parts/rejections.tsx'
import { Link } from '../router.tsx'
import { usePages } from '../use-pages.ts'
import { useWords } from '../words/language.ts'
import type { PageProps } from './page-props.ts'

/** Every event that came in and what became of it, with the way to handle one again. */
export function Events({ api, me, search }: PageProps & { readonly search: string }) {
  const say = useWords().events
  const [status, setStatus] = useState<string>()
  const integrationId = new URLSearchParams(search).get('integration') ?? undefined
  const events = usePages(
    useCallback(
      (cursor?: string | null) => api.events({ status, integrationId }, cursor),
      [api, status, integrationId],
    ),
  )
  return (
    <section class="page" aria-labelledby="events">
      <h2 id="events">{say.heading}</h2>
      <p class="quiet">{say.text}</p>
      {me.role === 'admin' ? <Rejections api={api} integrationId={integrationId} /> : null}
      <div class="filters">
        <Choice
          label={say.status}
          value={status ?? ''}
          onChange={(value) => setStatus(value === '' ? undefined : value)}
        >
          <option value="">{say.any}</option>
          {[...say.statuses].map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Choice>
        {integrationId === undefined ? null : <Link to="/events">{say.all}</Link>}
      </div>
      <PagedRows pages={events} none={say.none}>
        {(event) => <EventRow key={event.id} api={api} event={event} onChanged={events.reload} />}
      </PagedRows>
    </section>
  )
}
