import { useState } from 'preact/hooks'
import type { Api } from '../api-client.ts'
import type { Integration, Me } from '../records.ts'
import { useDismissOutdated } from '../use-dismiss-outdated.ts'
import { useOperation } from '../use-operation.ts'
import { useWords } from '../words/language.ts'
import { Ask } from './ask.tsx'
import { OperationReport } from './operation-report.tsx'

interface ConnectCalendlyProps {
  readonly api: Api
  readonly me: Me
  readonly integrations: readonly Integration[]
  readonly onChanged: () => void
}

/** The button that connects an account in a popup, and what comes of it. */
export function ConnectCalendly({ api, me, integrations, onChanged }: ConnectCalendlyProps) {
  const words = useWords().integrations
  const [isForAll, setForAll] = useState(false)
  const operation = useOperation(api, onChanged)
  useDismissOutdated(operation, integrations)
  const [isAsking, setAsking] = useState(false)
  const scope = isForAll ? 'organization' : 'user'
  const connected = integrations.find(
    (it) =>
      it.provider === 'calendly' &&
      it.scope === scope &&
      (isForAll || it.user_id === me.user_id) &&
      it.status !== 'disconnected',
  )
  const connect = () => {
    setAsking(false)
    operation.runWithConsent(() => api.connectCalendly(scope))
  }
  // Whoever signs in as somebody else would exchange the account without knowing.
  if (isAsking && connected !== undefined)
    return (
      <Ask
        question={words.askOther(connected.provider_account_email ?? words.accountUnknown)}
        text={words.askOtherText}
        yes={words.connectOther}
        no={words.keep}
        onYes={connect}
        onNo={() => setAsking(false)}
      />
    )

  return (
    <div class="connect">
      <div class="actions">
        <button
          type="button"
          class="primary"
          disabled={operation.state.phase === 'asking'}
          onClick={connected === undefined ? connect : () => setAsking(true)}
        >
          {words.connect}
        </button>
        {me.role === 'admin' ? (
          <label class="choice">
            <input
              type="checkbox"
              checked={isForAll}
              onChange={(event) => setForAll(event.currentTarget.checked)}
            />
            {words.forOrganization}
          </label>
        ) : null}
      </div>
      <OperationReport operation={operation} provider="calendly" onConsent={connect} />
    </div>
  )
}
