import type { Api } from '../api-client.ts'
import { useCalcom } from '../use-calcom.ts'
import { isBusy, useOperation } from '../use-operation.ts'
import { useWords } from '../words/language.ts'
import { CalcomForm } from './calcom-form.tsx'
import { OperationReport } from './operation-report.tsx'
import { WebhookToEnter } from './webhook-to-enter.tsx'

interface ConnectCalcomProps {
  readonly api: Api
  readonly onChanged: () => void
}

/** Connects Cal.com by an API key, or tells what to enter there by hand. */
export function ConnectCalcom({ api, onChanged }: ConnectCalcomProps) {
  const say = useWords().calcom
  const operation = useOperation(api, onChanged)
  const { isOpen, setOpen, webhook, connect } = useCalcom(api, operation)
  return (
    <div class="connect">
      <div class="actions">
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? say.close : say.open}
        </button>
      </div>
      {isOpen ? <CalcomForm isBusy={isBusy(operation)} onWish={connect} /> : null}
      <WebhookToEnter webhook={webhook} />
      <OperationReport operation={operation} provider="calcom" onConsent={() => setOpen(true)} />
    </div>
  )
}
