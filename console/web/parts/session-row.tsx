import { useState } from 'preact/hooks'
import type { Api } from '../api-client.ts'
import type { Session } from '../coaching-records.ts'
import { safeUrl } from '../consent-popup.ts'
import { formatSpan } from '../moments.ts'
import { providerName } from '../provider-name.ts'
import { useDeed } from '../use-deed.ts'
import { useNow } from '../use-now.ts'
import { useLanguage } from '../words/language.ts'
import { Ask } from './ask.tsx'
import { ProblemLine } from './problem-line.tsx'

interface SessionRowProps {
  readonly api: Api
  readonly session: Session
  /** The client's name. */
  readonly who: string
  readonly isFresh: boolean
  readonly onChanged: (session: Session) => void
}

const OFF = new Set(['cancelled', 'rejected'])

/** One session: whose, when, what it cost, and calling it off where it is ours. */
export function SessionRow({ api, session, who, isFresh, onChanged }: SessionRowProps) {
  const { tag, words } = useLanguage()
  const say = words.sessions
  const now = useNow()
  const deed = useDeed()
  const [isAsking, setAsking] = useState(false)
  const { id, status, credit, provider, start_at: from, end_at: to } = session
  const isOff = OFF.has(status)
  const when = formatSpan({ from, to }, tag)
  const link = isOff ? undefined : safeUrl(session.meeting_link)
  // What stands in a calendar at the provider is called off there.
  const canCancel = provider === null && !isOff && Date.parse(from) > now
  const facts = [
    say.credits.get(credit),
    session.series_id === null ? undefined : say.ofSeries,
    provider === null ? undefined : providerName(provider),
    session.no_show ? say.noShow : undefined,
  ].filter((it) => it !== undefined)
  const cancel = () =>
    deed.run(async () => {
      setAsking(false)
      onChanged(await api.cancelSession(id))
    })

  return (
    <li class={isFresh ? 'row fresh' : 'row'} data-status={isOff ? 'canceled' : undefined}>
      <p class="row-title">
        {who}
        <span class="badge" data-tone={isOff ? 'bad' : undefined}>
          {say.statuses.get(status) ?? status}
        </span>
      </p>
      <p>
        <time dateTime={from}>{when}</time>
      </p>
      <p class="quiet small">{[session.title ?? say.untitled, ...facts].join(' · ')}</p>
      {isAsking ? (
        <Ask
          question={say.ask}
          text={say.askText}
          yes={say.cancel}
          no={say.keep}
          onYes={cancel}
          onNo={() => setAsking(false)}
        />
      ) : (
        <div class="actions">
          {link === undefined ? null : (
            <a href={link} target="_blank" rel="noopener noreferrer">
              {say.join}
            </a>
          )}
          {canCancel ? (
            <button
              type="button"
              disabled={deed.isBusy}
              aria-label={say.cancelOf(who, when)}
              onClick={() => setAsking(true)}
            >
              {say.cancel}
            </button>
          ) : null}
        </div>
      )}
      <ProblemLine problem={deed.problem} />
    </li>
  )
}
