import { formatDistance, formatMoment } from '../moments.ts'
import type { Integration, IntegrationStatus } from '../records.ts'
import { useNow } from '../use-now.ts'
import { useLanguage } from '../words/language.ts'

const BEGINNING: ReadonlySet<IntegrationStatus> = new Set(['connecting', 'waitingForFirstDelivery'])

/** The hook and the token of a connection, each with its age. */
export function IntegrationFacts({ integration }: { readonly integration: Integration }) {
  const { tag, words } = useLanguage()
  const now = useNow()
  const say = words.integrations
  const { checked_at: checkedAt, token_expires_at: expiresAt, connected_at: since } = integration

  function hook(): string {
    const state = integration.webhook_active ? say.hookActive : say.hookInactive
    if (checkedAt !== null) return `${state}, ${say.checked(formatDistance(checkedAt, now, tag))}`
    // What is over was checked in its time; only what begins has its first check to come.
    return BEGINNING.has(integration.status) ? `${state}, ${say.neverChecked}` : state
  }

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
      <dd>{hook()}</dd>
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
