import { useCallback, useEffect, useState } from 'preact/hooks'
import { inUseFirst } from '../live-list.ts'
import { Integrations } from '../parts/integrations.tsx'
import { Meetings } from '../parts/meetings.tsx'
import { Prospects } from '../parts/prospects.tsx'
import type { Line, News } from '../realtime.ts'
import { useLiveList } from '../use-live-list.ts'
import { useRead } from '../use-read.ts'
import { useWords } from '../words/language.ts'
import type { PageProps } from './page-props.ts'

/** Integrations, prospects and meetings of the organization, as they happen. */
export function Home({ api, me, news: { subscribe } }: PageProps) {
  const words = useWords()
  const prospects = useLiveList(api.prospects)
  const meetings = useLiveList(api.meetings)
  const loadIntegrations = useCallback(
    async () => inUseFirst((await api.integrations()).items),
    [api],
  )
  const {
    answer: integrations,
    error: integrationsError,
    reload: readIntegrations,
  } = useRead(loadIntegrations)
  const [announcement, setAnnouncement] = useState('')

  const { take: takeProspect, drop: dropProspect, reload: readProspects } = prospects
  const { take: takeMeeting, drop: dropMeeting, reload: readMeetings } = meetings
  const { restart: restartProspects } = prospects
  const { restart: restartMeetings } = meetings
  useEffect(() => {
    const onNews = ({ name, record }: News) => {
      switch (name) {
        case 'integration:updated':
          return readIntegrations()
        case 'prospect:created':
        case 'prospect:updated':
          takeProspect(record, name === 'prospect:created')
          if (name === 'prospect:created')
            setAnnouncement(words.prospects.arrived(record.name ?? record.email))
          return undefined
        case 'prospect:erased':
          // What was last announced may be the name of whoever was erased.
          setAnnouncement('')
          return dropProspect(record.id)
        case 'meeting:created':
        case 'meeting:updated':
        case 'meeting:canceled':
          takeMeeting(record, name === 'meeting:created')
          if (name !== 'meeting:created')
            setAnnouncement(words.meetings.changed(record.name ?? words.meetings.untitled))
          return undefined
        case 'meeting:erased':
          setAnnouncement('')
          return dropMeeting(record.id)
        case 'session:created':
        case 'session:updated':
        case 'session:canceled':
        default:
          return undefined
      }
    }
    const onLive = ({ missed }: Line) => {
      if (missed) setAnnouncement('')
      const lists = missed ? [restartProspects, restartMeetings] : [readProspects, readMeetings]
      for (const read of [...lists, readIntegrations]) read()
    }
    return subscribe({ onNews, onLive })
  }, [
    subscribe,
    words,
    takeProspect,
    takeMeeting,
    dropProspect,
    dropMeeting,
    readProspects,
    readMeetings,
    restartProspects,
    restartMeetings,
    readIntegrations,
  ])

  const isEmpty =
    integrations?.length === 0 &&
    [prospects, meetings].every((list) => list.isLoaded && list.items.size === 0)

  return (
    <>
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
    </>
  )
}
