import { useState } from 'preact/hooks'
import type { Api } from '../api-client.ts'
import type { Integration } from '../records.ts'
import { useDismissOutdated } from '../use-dismiss-outdated.ts'
import { useOperation } from '../use-operation.ts'
import { useWords } from '../words/language.ts'
import { OperationReport } from './operation-report.tsx'

interface ConnectCalendlyProps {
  readonly api: Api
  readonly isAdmin: boolean
  readonly integrations: readonly Integration[]
  readonly onChanged: () => void
}

/** The button that connects an account in a popup, and what comes of it. */
export function ConnectCalendly({ api, isAdmin, integrations, onChanged }: ConnectCalendlyProps) {
  const words = useWords().integrations
  const [isForAll, setForAll] = useState(false)
  const operation = useOperation(api, onChanged)
  useDismissOutdated(operation, integrations)
  const connect = () =>
    operation.runWithConsent(() => api.connectCalendly(isForAll ? 'organization' : 'user'))

  return (
    <div class="connect">
      <div class="actions">
        <button
          type="button"
          class="primary"
          disabled={operation.state.phase === 'asking'}
          onClick={connect}
        >
          {words.connect}
        </button>
        {isAdmin ? (
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
      <OperationReport operation={operation} onConsent={connect} />
    </div>
  )
}
