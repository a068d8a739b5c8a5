import { useState } from 'preact/hooks'
import type { Api } from '../api-client.ts'
import { formatMoment } from '../moments.ts'
import type { ParkedItem } from '../operation-records.ts'
import { useDeed } from '../use-deed.ts'
import { useLanguage } from '../words/language.ts'
import { Ask } from './ask.tsx'
import { ProblemLine } from './problem-line.tsx'

interface ParkedRowProps {
  readonly api: Api
  readonly item: ParkedItem
  readonly onChanged: () => void
}

/** One parked event: why, since when, and what a person can do with it. */
export function ParkedRow({ api, item, onChanged }: ParkedRowProps) {
  const { tag, words } = useLanguage()
  const say = words.parked
  const deed = useDeed()
  const [isAsking, setAsking] = useState(false)
  const { id, created_at: at, waits_for: missing } = item
  const reason = words.fromServer(item.reason)
  const settle = (how: 'retry' | 'drop') =>
    deed.run(async () => {
      setAsking(false)
      await api.settle(id, how)
      onChanged()
    })
  return (
    <li class="row">
      <p class="row-title">{reason}</p>
      {missing === null ? null : <p>{say.waitsFor(missing)}</p>}
      <time class="quiet small" dateTime={at}>
        {formatMoment(at, tag)}
      </time>
      {isAsking ? (
        <Ask
          question={say.ask}
          text={say.askText}
          yes={say.drop}
          no={say.keep}
          onYes={() => settle('drop')}
          onNo={() => setAsking(false)}
        />
      ) : (
        <div class="actions">
          <button
            type="button"
            disabled={deed.isBusy}
            aria-label={say.retryOf(reason)}
            onClick={() => settle('retry')}
          >
            {say.retry}
          </button>
          <button
            type="button"
            disabled={deed.isBusy}
            aria-label={say.dropOf(reason)}
            onClick={() => setAsking(true)}
          >
            {say.drop}
          </button>
        </div>
      )}
      <ProblemLine problem={deed.problem} />
    </li>
  )
}
