import { safeUrl } from '../consent-popup.ts'
import { formatSpan } from '../moments.ts'
import type { Meeting, Participant } from '../records.ts'
import { useLanguage } from '../words/language.ts'

interface MeetingRowProps {
  readonly meeting: Meeting
  readonly isFresh: boolean
}

/** One meeting: when, what, with whom, and the way in while it stands. */
export function MeetingRow({ meeting, isFresh }: MeetingRowProps) {
  const { tag, words } = useLanguage()
  const say = words.meetings
  const isCanceled = meeting.status === 'canceled'
  const name = meeting.name ?? say.untitled
  const joinUrl = isCanceled ? undefined : safeUrl(meeting.join_url)
  return (
    <li class={isFresh ? 'row fresh' : 'row'} data-status={meeting.status}>
      <p class="row-title">
        <span class="meeting-name">{name}</span>
        <span class="badge" data-tone={isCanceled ? 'bad' : 'good'}>
          {isCanceled ? say.canceled : say.active}
        </span>
      </p>
      <p>
        <time dateTime={meeting.start_at}>
          {formatSpan({ from: meeting.start_at, to: meeting.end_at }, tag)}
        </time>
      </p>
      <dl class="facts">
        <dt>{say.host}</dt>
        <dd>{namesOf(meeting.hosts) || say.nobody}</dd>
        <dt>{say.invitee}</dt>
        <dd>{namesOf(meeting.invitees) || say.nobody}</dd>
      </dl>
      {joinUrl === undefined ? null : (
        <p>
          <a
            href={joinUrl}
            target="_blank"
            rel="noopener noreferrer"
            aria-label={say.joinNamed(name)}
          >
            {say.join}
          </a>
        </p>
      )}
    </li>
  )
}

const namesOf = (people: readonly Participant[]): string =>
  people
    .map((it) => it.name ?? it.email)
    .filter((it) => it !== null)
    .join(', ')
