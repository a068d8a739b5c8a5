import { useState } from 'preact/hooks'
import type { Api, IntegrationAction } from '../api-client.ts'
import { providerName } from '../provider-name.ts'
import type { Integration, IntegrationStatus, Me } from '../records.ts'
import { Link } from '../router.tsx'
import { useCalcom } from '../use-calcom.ts'
import { isBusy, useOperation } from '../use-operation.ts'
import { useDismissOutdated } from '../use-dismiss-outdated.ts'
import { useWords } from '../words/language.ts'
import { Ask } from './ask.tsx'
import { CalcomForm } from './calcom-form.tsx'
import { Debts } from './debts.tsx'
import { IntegrationActions } from './integration-actions.tsx'
import { IntegrationFacts } from './integration-facts.tsx'
import { OperationReport } from './operation-report.tsx'
import { WebhookToEnter } from './webhook-to-enter.tsx'

interface IntegrationCardProps {
  readonly api: Api
  readonly me: Me
  readonly integration: Integration
  readonly onChanged: () => void
  /** Shown on a page of its own, so that no way leads there. */
  readonly isWhole?: boolean
}

const TONES = {
  connecting: 'quiet',
  live: 'good',
  polling: 'warn',
  needsAdmin: 'bad',
  needsScope: 'bad',
  needsReconnect: 'bad',
  waitingForFirstDelivery: 'warn',
  paused: 'quiet',
  disconnecting: 'quiet',
  disconnected: 'quiet',
  failed: 'bad',
} satisfies Record<IntegrationStatus, string>

/** One connection: whose it is, how it is, what to do, and what the person can ask for. */
export function IntegrationCard(props: IntegrationCardProps) {
  const { api, me, integration, onChanged, isWhole } = props
  const words = useWords()
  const operation = useOperation(api, onChanged)
  useDismissOutdated(operation, [integration])
  const calcom = useCalcom(api, operation)
  const [isAsking, setAsking] = useState(false)
  const { id, provider, status, scope } = integration
  const account = integration.provider_account_email ?? words.integrations.accountUnknown
  const keyEntry = provider === 'calcom' && isRenewedBy(me, integration) ? calcom : undefined

  const act = (action: IntegrationAction) => {
    setAsking(false)
    operation.run(() => api.act(id, action))
  }
  const consent = () => {
    const { state } = operation
    operation.runWithConsent(() =>
      state.phase === 'consent' ? Promise.resolve(state.answer) : api.connectCalendly(scope),
    )
  }
  const enterKey = keyEntry && (() => keyEntry.setOpen(true))

  return (
    <li class="card integration">
      <h3>{providerName(provider)}</h3>
      <p class="account">{account}</p>
      <p class="health" data-tone={TONES[status] ?? 'quiet'}>
        <span class="dot" aria-hidden="true" />
        {words.status[status] ?? status}
      </p>
      {integration.reason === null ? null : <p>{words.fromServer(integration.reason)}</p>}
      {integration.next_step === null ? null : (
        <p>
          <strong>{words.integrations.nextStep}</strong> {words.fromServer(integration.next_step)}
        </p>
      )}
      <Debts api={api} integration={integration} onChanged={onChanged} />
      <IntegrationFacts integration={integration} />
      {isWhole ? null : (
        <p>
          <Link to={`/integrations/${id}`} label={words.integration.detailsOf(account)}>
            {words.integration.details}
          </Link>
        </p>
      )}
      {isAsking ? (
        <Ask
          question={words.integrations.askDisconnect(account)}
          text={words.integrations.askDisconnectText}
          yes={words.integrations.disconnect}
          no={words.integrations.keep}
          onYes={() => act('disconnect')}
          onNo={() => setAsking(false)}
        />
      ) : (
        <IntegrationActions
          status={status}
          isBroken={TONES[status] === 'bad'}
          account={account}
          isBusy={isBusy(operation)}
          keyEntry={keyEntry}
          onAction={(action) => (action === 'disconnect' ? setAsking(true) : act(action))}
        />
      )}
      {calcom.isOpen ? (
        <CalcomForm renewed={integration} isBusy={isBusy(operation)} onWish={calcom.connect} />
      ) : null}
      <WebhookToEnter webhook={calcom.webhook} />
      <OperationReport
        operation={operation}
        provider={provider}
        onConsent={provider === 'calcom' ? enterKey : consent}
      />
    </li>
  )
}

/** A key that somebody else enters would connect their own account. */
const isRenewedBy = (me: Me, { scope, user_id: userId }: Integration): boolean =>
  scope === 'organization' ? me.role === 'admin' : userId === me.user_id
