import type { Api } from '../api-client.ts'
import type { Integration, Me } from '../records.ts'
import { useWords } from '../words/language.ts'
import { ConnectCalcom } from './connect-calcom.tsx'
import { ConnectCalendly } from './connect-calendly.tsx'
import { IntegrationCard } from './integration-card.tsx'
import { SectionState } from './section-state.tsx'

interface IntegrationsProps {
  readonly api: Api
  readonly me: Me
  readonly integrations: readonly Integration[] | undefined
  readonly error: unknown
  readonly onChanged: () => void
}

/** Every connection with its health, and the way to make one. */
export function Integrations({ api, me, integrations, error, onChanged }: IntegrationsProps) {
  const words = useWords().integrations
  return (
    <section aria-labelledby="integrations">
      <h2 id="integrations">{words.heading}</h2>
      {integrations === undefined || error !== undefined ? (
        <SectionState error={error} onRetry={onChanged} />
      ) : null}
      {integrations?.length === 0 ? <p class="quiet">{words.none}</p> : null}
      <ul class="cards">
        {integrations?.map((integration) => (
          <IntegrationCard
            key={integration.id}
            api={api}
            me={me}
            integration={integration}
            onChanged={onChanged}
          />
        ))}
      </ul>
      {me.role === 'client' ? null : (
        <>
          <ConnectCalendly
            api={api}
            me={me}
            integrations={integrations ?? []}
            onChanged={onChanged}
          />
          <ConnectCalcom api={api} onChanged={onChanged} />
        </>
      )}
    </section>
  )
}
