import { useCallback } from 'preact/hooks'
import { ApiProblem } from '../api-client.ts'
import { Explained } from '../parts/explained.tsx'
import { Gaps } from '../parts/gaps.tsx'
import { Hints } from '../parts/hints.tsx'
import { IntegrationCard } from '../parts/integration-card.tsx'
import { SectionState } from '../parts/section-state.tsx'
import { Story } from '../parts/story.tsx'
import { Link } from '../router.tsx'
import { useReloadOn } from '../use-news.ts'
import { useRead } from '../use-read.ts'
import { useWords } from '../words/language.ts'
import type { PageProps } from './page-props.ts'

/** One integration: how it is and why, what it did last, and when delivery was in doubt. */
export function IntegrationPage({ api, me, news, id }: PageProps & { readonly id: string }) {
  const words = useWords()
  const say = words.integration
  const integration = useRead(useCallback(() => api.integration(id), [api, id]))
  const explanation = useRead(useCallback(() => api.explain(id), [api, id]))
  const gaps = useRead(useCallback(() => api.gaps(id), [api, id]))
  const { reload: readIntegration } = integration
  const { reload: readExplanation } = explanation
  const { reload: readGaps } = gaps
  const reload = useCallback(() => {
    for (const read of [readIntegration, readExplanation, readGaps]) read()
  }, [readIntegration, readExplanation, readGaps])
  useReloadOn(
    news,
    ({ name, record }) => name === 'integration:updated' && record.id === id,
    reload,
  )

  const isMissing = integration.error instanceof ApiProblem && integration.error.status === 404
  if (isMissing)
    return (
      <section class="page">
        <p>{say.missing}</p>
        <Link to="/">{say.back}</Link>
      </section>
    )
  return (
    <section class="page" aria-labelledby="integration">
      <p class="crumbs">
        <Link to="/">{say.back}</Link>
        <Link to={`/events?integration=${id}`}>{say.events}</Link>
      </p>
      <h2 id="integration" class="for-ears">
        {integration.answer?.provider_account_email ?? words.integrations.accountUnknown}
      </h2>
      {integration.answer === undefined ? (
        <SectionState error={integration.error} onRetry={reload} />
      ) : (
        <ul class="cards one">
          <IntegrationCard
            api={api}
            me={me}
            integration={integration.answer}
            onChanged={reload}
            isWhole
          />
        </ul>
      )}
      <div class="columns">
        <div class="stack">
          {explanation.answer === undefined ? (
            <SectionState error={explanation.error} onRetry={readExplanation} />
          ) : (
            <Explained explanation={explanation.answer} />
          )}
          {integration.answer === undefined ||
          integration.answer.status === 'disconnected' ? null : (
            <Hints api={api} id={id} onAsked={reload} />
          )}
        </div>
        <div class="stack">
          <Story decisions={explanation.answer?.decisions ?? []} />
          <Gaps read={gaps} />
        </div>
      </div>
    </section>
  )
}
