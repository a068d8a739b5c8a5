import type { Api } from '../api-client.ts'
import type { Client, Package } from '../coaching-records.ts'
import { formatDay } from '../moments.ts'
import type { Me } from '../records.ts'
import type { Read } from '../use-read.ts'
import { useLanguage } from '../words/language.ts'
import { AddPackage } from './add-package.tsx'
import { SectionState } from './section-state.tsx'

interface PackagesProps {
  readonly api: Api
  readonly me: Me
  readonly read: Read<readonly Package[]>
  readonly clients: readonly Client[]
  readonly nameOf: (clientId: string) => string
}

/** Every package with what is left of it, and the way to sell one. */
export function Packages({ api, me, read, clients, nameOf }: PackagesProps) {
  const { tag, words } = useLanguage()
  const say = words.packages
  return (
    <section aria-labelledby="packages">
      <h2 id="packages">{say.heading}</h2>
      {read.answer === undefined ? <SectionState error={read.error} onRetry={read.reload} /> : null}
      {read.answer?.length === 0 ? <p class="quiet">{say.none}</p> : null}
      <ul class="rows">
        {read.answer?.map((it) => (
          <li key={it.id} class="row">
            <p class="row-title">
              {nameOf(it.client_id)}
              <span class="badge" data-tone={it.active ? undefined : 'bad'}>
                {it.active ? say.left(it.sessions_left, it.sessions_total) : say.inactive}
              </span>
            </p>
            <p class="quiet small">
              {[
                ...(it.active ? [] : [say.left(it.sessions_left, it.sessions_total)]),
                say.minutesEach(it.session_minutes),
                say.until(formatDay(it.expires_at, tag)),
              ].join(' · ')}
            </p>
          </li>
        ))}
      </ul>
      {me.role === 'client' || clients.length === 0 ? null : (
        <AddPackage api={api} me={me} clients={clients} onAdded={read.reload} />
      )}
    </section>
  )
}
