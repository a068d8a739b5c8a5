import { useCallback, useEffect } from 'preact/hooks'
import { Clients } from '../parts/clients.tsx'
import { Packages } from '../parts/packages.tsx'
import { SectionState } from '../parts/section-state.tsx'
import { SessionRow } from '../parts/session-row.tsx'
import { Link } from '../router.tsx'
import { useLiveList } from '../use-live-list.ts'
import { useRead } from '../use-read.ts'
import { useWords } from '../words/language.ts'
import type { PageProps } from './page-props.ts'

/** Sessions as they happen, and who pays them with which package. */
export function Sessions({ api, me, news: { subscribe } }: PageProps) {
  const words = useWords()
  const say = words.sessions
  const sessions = useLiveList(api.sessions)
  const clients = useRead(useCallback(async () => (await api.clients()).items, [api]))
  const packages = useRead(useCallback(async () => (await api.packages()).items, [api]))
  const { take, reload, restart } = sessions
  const { reload: readClients } = clients
  const { reload: readPackages } = packages
  useEffect(
    () =>
      subscribe({
        onNews: ({ name, record }) => {
          if (!name.startsWith('session:') || !('client_id' in record)) return
          take(record, name === 'session:created')
          // Whatever becomes of a session, a credit may have moved.
          readPackages()
        },
        onLive: ({ missed }) => {
          for (const read of [missed ? restart : reload, readClients, readPackages]) read()
        },
      }),
    [subscribe, take, reload, restart, readClients, readPackages],
  )

  const rows = [...sessions.items.values()].toSorted(
    (a, b) => Date.parse(b.start_at) - Date.parse(a.start_at),
  )
  const nameOf = (id: string): string => {
    const client = clients.answer?.find((it) => it.id === id)
    return client?.name ?? client?.email ?? say.unknown
  }
  const isStaff = me.role !== 'client'
  return (
    <div class="columns">
      <section aria-labelledby="sessions">
        <h2 id="sessions">{say.heading}</h2>
        <p class="crumbs">
          <Link to="/dashboard/book/recurring">{words.navigation.recurring}</Link>
        </p>
        {sessions.isLoaded && sessions.error === undefined ? null : (
          <SectionState error={sessions.error} onRetry={reload} />
        )}
        {sessions.isLoaded && rows.length === 0 ? <p class="quiet">{say.none}</p> : null}
        <ul class="rows">
          {rows.map((session) => (
            <SessionRow
              key={session.id}
              api={api}
              session={session}
              who={nameOf(session.client_id)}
              isFresh={sessions.fresh.has(session.id)}
              onChanged={(changed) => {
                take(changed, false)
                readPackages()
              }}
            />
          ))}
        </ul>
        {sessions.hasMore ? (
          <button type="button" onClick={sessions.loadMore}>
            {words.more}
          </button>
        ) : null}
      </section>
      <div class="stack">
        <Packages
          api={api}
          me={me}
          read={packages}
          clients={clients.answer ?? []}
          nameOf={nameOf}
        />
        {isStaff ? <Clients api={api} read={clients} /> : null}
      </div>
    </div>
  )
}
