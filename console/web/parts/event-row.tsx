import { useState } from 'preact/hooks'
import type { Api } from '../api-client.ts'
import { formatMoment } from '../moments.ts'
import type { InboundEvent, ReplayAnswer } from '../operation-records.ts'
import { providerName } from '../provider-name.ts'
import { useDeed } from '../use-deed.ts'
import { useLanguage } from '../words/language.ts'
import { Ask } from './ask.tsx'
import { ProblemLine } from './problem-line.tsx'

interface EventRowProps {
  readonly api: Api
  readonly event: InboundEvent
  readonly onChanged: () => void
}

/** Only what has ended can be handled again: the others are on their way. */
const REPLAYABLE = new Set(['processed', 'quarantined', 'dropped'])
const BAD = new Set(['quarantined', 'parked'])

/** One event; a replay is previewed before it is done. */
export function EventRow({ api, event, onChanged }: EventRowProps) {
  const { tag, words } = useLanguage()
  const say = words.events
  const deed = useDeed()
  const [preview, setPreview] = useState<ReplayAnswer>()
  const [isReplayed, setReplayed] = useState(false)
  const { id, kind, status, source, reason, provider, received_at: at } = event

  const look = () => deed.run(async () => setPreview(await api.replay(id, true)))
  const replay = () =>
    deed.run(async () => {
      setPreview(undefined)
      await api.replay(id, false)
      setReplayed(true)
      onChanged()
    })
  const changes = preview?.changes.flatMap(({ fields }) => fields) ?? []

  return (
    <li class="row">
      <p class="row-title">
        <code>{kind}</code>
        <span class="badge" data-tone={BAD.has(status) ? 'bad' : undefined}>
          {say.statuses.get(status) ?? status}
        </span>
      </p>
      {reason === null ? null : <p>{words.fromServer(reason)}</p>}
      <p class="quiet small">
        {providerName(provider)}, {say.sources.get(source) ?? source}
        {' · '}
        <time dateTime={at}>{formatMoment(at, tag)}</time>
      </p>
      {preview === undefined ? null : (
        <Ask
          question={say.ask}
          text={changes.length === 0 ? say.noChanges : say.changes(changes.join(', '))}
          yes={say.replay}
          no={say.cancel}
          onYes={replay}
          onNo={() => setPreview(undefined)}
        />
      )}
      {REPLAYABLE.has(status) && preview === undefined ? (
        <div class="actions">
          <button
            type="button"
            disabled={deed.isBusy}
            aria-label={say.replayOf(kind)}
            onClick={look}
          >
            {say.replay}
          </button>
        </div>
      ) : null}
      <p role="status">{isReplayed ? say.replayed : null}</p>
      <ProblemLine problem={deed.problem} />
    </li>
  )
}
