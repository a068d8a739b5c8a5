import { formatDistance, formatMoment } from '../moments.ts'
import type { Integration } from '../records.ts'
import { useNow } from '../use-now.ts'
import { useLanguage } from '../words/language.ts'

/** The hook and the token of a connection, each with its age. */
export function IntegrationFacts({ integration }: { readonly integration: Integration }) {
  const { tag, words } = useLanguage()
  const now = useNow()
  const say = words.integrations
  const { checked_at: checkedAt, token_expires_at: expiresAt, connected_at: since } = integration

  const checked =
    checkedAt === null ? say.neverChecked : say.checked(formatDistance(checkedAt, now, tag))
  const hook = integration.webhook_active ? say.hookActive : say.hookInactive

  function token(): string {
    if (integration.token_generation === null || expiresAt === null) return say.tokenNone
    const life =
      Date.parse(expiresAt) < now
        ? say.tokenSpent
        : say.tokenUntil(formatDistance(expiresAt, now, tag))
    return `${say.tokenGeneration(integration.token_generation)}, ${life}`
  }

  return (
    <dl class="facts">
      <dt>{say.hook}</dt>
      <dd>
        {hook}, {checked}
      </dd>
      <dt>{say.token}</dt>
      <dd>{token()}</dd>
      {since === null ? null : (
        <>
          <dt>{say.connectedSince}</dt>
          <dd>
            <time dateTime={since}>{formatMoment(since, tag)}</time>
            {' · '}
            {integration.scope === 'user' ? say.ofUser : say.ofOrganization}
          </dd>
        </>
      )}
    </dl>
  )
}
