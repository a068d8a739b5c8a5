import { safeUrl } from '../consent-popup.ts'
import { formatDistance } from '../moments.ts'
import type { Explanation } from '../operation-records.ts'
import { useNow } from '../use-now.ts'
import { useLanguage } from '../words/language.ts'

/** Why an integration is as it is: each cause with what to do, and the facts behind it. */
export function Explained({ explanation }: { readonly explanation: Explanation }) {
  const { tag, words } = useLanguage()
  const say = words.integration
  const now = useNow()
  const { findings, summary, hook, token, next_due: next, owner } = explanation
  const workflowUrl = safeUrl(explanation.workflow_url)
  const ago = (at: string) => formatDistance(at, now, tag)

  return (
    <section aria-labelledby="why">
      <h2 id="why">{say.why}</h2>
      {findings.length === 0 ? <p>{words.fromServer(summary)}</p> : null}
      <ul class="findings">
        {findings.map(({ code, cause, next_step: step, detail }) => (
          <li key={code}>
            <p>
              <strong>{words.fromServer(cause)}</strong>
            </p>
            <p>{words.fromServer(step)}</p>
            {detail === null ? null : <p class="quiet small">{detail}</p>}
          </li>
        ))}
      </ul>
      <dl class="facts long">
        <dt>{say.owner}</dt>
        <dd>
          {say.owners.get(owner) ?? owner}
          {workflowUrl === undefined ? null : (
            <>
              {' · '}
              <a href={workflowUrl} target="_blank" rel="noopener noreferrer">
                {say.openWorkflow}
              </a>
            </>
          )}
        </dd>
        {next === null ? null : (
          <>
            <dt>{say.next}</dt>
            <dd>{say.nextAt(say.did.get(next.what) ?? next.what, ago(next.at))}</dd>
          </>
        )}
        {hook === null || hook.remoteUri === null ? null : (
          <>
            <dt>{say.hookAt}</dt>
            <dd>
              <code>{hook.remoteUri}</code>
              {hook.retrying ? ` · ${say.retrying}` : null}
            </dd>
          </>
        )}
        {hook === null || hook.callbackUrl === null ? null : (
          <>
            <dt>{say.callback}</dt>
            <dd>
              <code>{hook.callbackUrl}</code>
            </dd>
          </>
        )}
        {token === null || token.issued_at === null ? null : (
          <>
            <dt>{say.tokenAge}</dt>
            <dd>
              {words.integrations.tokenGeneration(token.generation)}, {ago(token.issued_at)}
            </dd>
          </>
        )}
        {explanation.dropped_late === 0 ? null : (
          <>
            <dt>{say.late}</dt>
            <dd>{explanation.dropped_late}</dd>
          </>
        )}
      </dl>
    </section>
  )
}
