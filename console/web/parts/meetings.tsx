import { splitByTime } from '../live-list.ts'
import { viewerZone } from '../moments.ts'
import type { Meeting } from '../records.ts'
import type { LiveList } from '../use-live-list.ts'
import { useNow } from '../use-now.ts'
import { useWords } from '../words/language.ts'
import { MeetingRow } from './meeting-row.tsx'
import { SectionState } from './section-state.tsx'

/** Booked slots, what comes up first; filled while the viewer looks. */
export function Meetings({ list }: { readonly list: LiveList<Meeting> }) {
  const say = useWords().meetings
  const { upcoming, past } = splitByTime(list.items.values(), useNow())
  const rows = (meetings: readonly Meeting[]) => (
    <ul class="rows">
      {meetings.map((meeting) => (
        <MeetingRow key={meeting.id} meeting={meeting} isFresh={list.fresh.has(meeting.id)} />
      ))}
    </ul>
  )
  return (
    <section aria-labelledby="meetings">
      <h2 id="meetings">{say.heading}</h2>
      {list.isLoaded && list.error === undefined ? null : (
        <SectionState error={list.error} onRetry={list.reload} />
      )}
      {list.isLoaded && list.items.size === 0 ? <p class="quiet">{say.none}</p> : null}
      {list.items.size === 0 ? null : (
        <>
          <p class="quiet small zone">{say.zone(viewerZone())}</p>
          <h3>{say.upcoming}</h3>
          {upcoming.length === 0 ? <p class="quiet">{say.noUpcoming}</p> : rows(upcoming)}
        </>
      )}
      {past.length === 0 ? null : (
        <>
          <h3>{say.past}</h3>
          {rows(past)}
        </>
      )}
      {list.hasMore ? (
        <button type="button" onClick={list.loadMore}>
          {say.more}
        </button>
      ) : null}
    </section>
  )
}
