import { useCallback, useEffect, useState } from 'preact/hooks'
import { ApiProblem } from '../api-client.ts'
import type { Api } from '../api-client.ts'
import { Integrations } from '../parts/integrations.tsx'
import { Meetings } from '../parts/meetings.tsx'
import { Prospects } from '../parts/prospects.tsx'
import { TopBar } from '../parts/top-bar.tsx'
import { openRealtime } from '../realtime.ts'
import type { Connection, News } from '../realtime.ts'
import type { Integration, Me, Page } from '../records.ts'
import { useLiveList } from '../use-live-list.ts'
import { useWords } from '../words/language.ts'
import type { SignInNotice } from './sign-in.tsx'
import { inUseFirst } from '../live-list.ts'

interface HomeProps {
  readonly api: Api
  readonly token: string
  readonly me: Me
  readonly onLeave: (why?: SignInNotice) => void
}

/** Integrations, prospects and meetings of the organization, as they happen. */
export function Home({ api, token, me, onLeave }: HomeProps) {
  const words = useWords()
  const prospects = useLiveList(api.prospects)
  const meetings = useLiveList(api.meetings)
  const [integrations, setIntegrations] = useState<readonly Integration[]>()
  const [integrationsError, setIntegrationsError] = useState<unknown>()
  const [connection, setConnection] = useState<Connection>('connecting')
  const [announcement, setAnnouncement] = useState('')

  const readIntegrations = useCallback(() => {
    const show = (page: Page<Integration>) => {
      setIntegrations(inUseFirst(page.items))
      setIntegrationsError(undefined)
    }
    api.integrations().then(show, setIntegrationsError)
  }, [api])
  useEffect(readIntegrations, [readIntegrations])

  const { take: takeProspect, reload: readProspects } = prospects
  const { take: takeMeeting, reload: readMeetings } = meetings
  useEffect(() => {
    const onNews = ({ name, record }: News) => {
      if (name === 'integration:updated') return readIntegrations()
      if (name === 'prospect:created' || name === 'prospect:updated') {
        takeProspect(record, name === 'prospect:created')
        if (name === 'prospect:created') {
          setAnnouncement(words.prospects.arrived(record.name ?? record.email))
        }
        return undefined
      }
      takeMeeting(record, name === 'meeting:created')
      if (name !== 'meeting:created') {
        setAnnouncement(words.meetings.changed(record.name ?? words.meetings.untitled))
      }
      return undefined
    }
    return openRealtime({
      token,
      onNews,
      onConnection: (now) => {
        setConnection(now)
        // What happened between the first reading and the first frame is read now.
        if (now === 'live')
          for (const read of [readProspects, readMeetings, readIntegrations]) read()
      },
      onRefused: () => {
        api.me().catch((problem: unknown) => {
          if (problem instanceof ApiProblem && problem.status === 401) onLeave('ended')
        })
      },
    })
  }, [
    api,
    token,
    words,
    onLeave,
    takeProspect,
    takeMeeting,
    readProspects,
    readMeetings,
    readIntegrations,
  ])

  const errors = [prospects.error, meetings.error, integrationsError]
  const isOut = errors.some((it) => it instanceof ApiProblem && it.status === 401)
  useEffect(() => {
    if (isOut) onLeave('ended')
  }, [isOut, onLeave])

  const isEmpty =
    integrations?.length === 0 &&
    [prospects, meetings].every((list) => list.isLoaded && list.items.size === 0)

  return (
    <>
      <TopBar me={me} connection={connection} onSignOut={() => onLeave()} />
      <main id="content">
        <p class="for-ears" role="status">
          {announcement}
        </p>
        <Integrations
          api={api}
          me={me}
          integrations={integrations}
          error={integrationsError}
          onChanged={readIntegrations}
        />
        {isEmpty ? (
          <section class="card welcome">
            <h2>{words.welcome.heading}</h2>
            <p>{words.welcome.text}</p>
          </section>
        ) : (
          <div class="columns">
            <Prospects list={prospects} />
            <Meetings list={meetings} />
          </div>
        )}
      </main>
    </>
  )
}
