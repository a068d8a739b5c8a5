import type { Preview } from '../coaching-records.ts'
import { formatSpan } from '../moments.ts'
import { useLanguage } from '../words/language.ts'

interface SeriesPreviewProps {
  readonly preview: Preview
  /** The zone of the series: its wall clock is what holds. */
  readonly timezone: string
  readonly isBusy: boolean
  readonly onBook: () => void
}

/** The dates that a series would have, what is special about each, and booking just these. */
export function SeriesPreview({ preview, timezone, isBusy, onBook }: SeriesPreviewProps) {
  const { tag, words } = useLanguage()
  const say = words.recurring
  const { dates, credits_needed: needed, credits_left: left, refusal } = preview
  return (
    <section aria-labelledby="preview">
      <h3 id="preview">{say.dates}</h3>
      <p class="quiet small">{words.meetings.zone(timezone)}</p>
      <ol class="rows numbered">
        {dates.map(({ start_at: from, end_at: to, notes }) => (
          <li key={from} class="row">
            <time dateTime={from}>{formatSpan({ from, to }, tag, timezone)}</time>
            {notes.map(({ kind, text }) => (
              <p key={kind} class="small note">
                {words.fromServer(text)}
              </p>
            ))}
          </li>
        ))}
      </ol>
      <p>{say.credits(needed, left)}</p>
      <p class="quiet small">{words.fromServer(preview.notice)}</p>
      {refusal === null ? null : (
        <p class="complaint" role="alert">
          {words.fromServer(refusal)}
        </p>
      )}
      <div class="actions">
        <button
          type="button"
          class="primary"
          disabled={isBusy || !preview.can_be_paid}
          onClick={onBook}
        >
          {say.book(dates.length)}
        </button>
      </div>
    </section>
  )
}
