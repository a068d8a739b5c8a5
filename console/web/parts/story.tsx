import { formatMoment } from '../moments.ts'
import type { Explanation } from '../operation-records.ts'
import { useLanguage } from '../words/language.ts'

/** What an integration did last, the latest first. */
export function Story({ decisions }: Pick<Explanation, 'decisions'>) {
  const { tag, words } = useLanguage()
  const say = words.integration
  return (
    <section aria-labelledby="story">
      <h2 id="story">{say.story}</h2>
      {decisions.length === 0 ? <p class="quiet">{say.noStory}</p> : null}
      <ol class="rows">
        {decisions.toReversed().map(({ at, did, found }) => (
          <li key={`${at} ${did} ${found}`} class="row">
            <p class="row-title">{say.did.get(did) ?? did}</p>
            <p class="small">{found}</p>
            {at === null ? null : (
              <time class="quiet small" dateTime={at}>
                {formatMoment(at, tag)}
              </time>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
