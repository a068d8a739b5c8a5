import { formatSpan } from '../moments.ts'
import type { Gap } from '../operation-records.ts'
import type { Page } from '../records.ts'
import type { Read } from '../use-read.ts'
import { useLanguage } from '../words/language.ts'
import { SectionState } from './section-state.tsx'

/** When delivery was in doubt, and what was fetched of it. */
export function Gaps({ read }: { readonly read: Read<Page<Gap>> }) {
  const { tag, words } = useLanguage()
  const say = words.integration
  const stateOf = ({ closed_at: closed, ended_at: ended }: Gap) => {
    if (closed !== null) return say.gapClosed
    return ended === null ? say.gapOpen : say.gapEnded
  }
  return (
    <section aria-labelledby="gaps">
      <h2 id="gaps">{say.gaps}</h2>
      <p class="quiet small">{say.gapsText}</p>
      {read.answer === undefined ? <SectionState error={read.error} onRetry={read.reload} /> : null}
      {read.answer?.items.length === 0 ? <p>{say.noGaps}</p> : null}
      <ul class="rows">
        {read.answer?.items.map((gap) => (
          <li key={gap.id} class="row">
            <p class="row-title">
              {say.doubts.get(gap.reason) ?? gap.reason}
              <span class="badge" data-tone={gap.closed_at === null ? 'bad' : undefined}>
                {stateOf(gap)}
              </span>
            </p>
            <p class="small">
              {formatSpan(
                { from: gap.opened_at, to: gap.ended_at ?? new Date().toISOString() },
                tag,
              )}
            </p>
            {gap.provider_count === null || gap.own_count === null ? null : (
              <p class="quiet small">
                {say.gapCounts(gap.recovered ?? 0, gap.provider_count, gap.own_count)}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
