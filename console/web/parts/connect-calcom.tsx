import { useState } from 'preact/hooks'
import type { Api, CalcomWish, Purpose } from '../api-client.ts'
import { textsOf } from '../form-text.ts'
import type { ConnectedByKey } from '../records.ts'
import { useOperation } from '../use-operation.ts'
import { useWords } from '../words/language.ts'
import { Choice, Field } from './field.tsx'
import { OperationReport } from './operation-report.tsx'

interface ConnectCalcomProps {
  readonly api: Api
  readonly onChanged: () => void
}

/** Connects Cal.com by an API key, or tells what to enter there by hand. */
export function ConnectCalcom({ api, onChanged }: ConnectCalcomProps) {
  const say = useWords().calcom
  const [isOpen, setOpen] = useState(false)
  const [isByHand, setByHand] = useState(false)
  const [webhook, setWebhook] = useState<ConnectedByKey['webhook']>(null)
  const operation = useOperation(api, onChanged)

  const connect = (event: SubmitEvent) => {
    event.preventDefault()
    const text = textsOf(event.currentTarget as HTMLFormElement)
    const purpose = text('purpose') as Purpose
    const wish: CalcomWish = isByHand
      ? { webhookOnly: true, purpose }
      : {
          apiKey: text('key'),
          ...(text('origin') === '' ? {} : { origin: text('origin') }),
          purpose,
        }
    operation.run(async () => {
      const answer = await api.connectCalcom(wish)
      setWebhook(answer.webhook)
      setOpen(false)
      return answer
    })
  }

  return (
    <div class="connect">
      <div class="actions">
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? say.close : say.open}
        </button>
      </div>
      {isOpen ? (
        <form class="form card" onSubmit={connect}>
          <fieldset>
            <legend>{say.how}</legend>
            {[false, true].map((byHand) => (
              <label key={String(byHand)} class="choice">
                <input
                  type="radio"
                  name="how"
                  checked={isByHand === byHand}
                  onChange={() => setByHand(byHand)}
                />
                {byHand ? say.byHand : say.byKey}
              </label>
            ))}
          </fieldset>
          {isByHand ? null : (
            <>
              <Field
                name="key"
                type="password"
                label={say.key}
                hint={say.keyHint}
                autocomplete="off"
                minLength={8}
                required
              />
              <Field name="origin" label={say.where} hint={say.whereHint} />
            </>
          )}
          <Choice name="purpose" label={say.becomes}>
            <option value="sessions">{say.sessions}</option>
            <option value="prospects">{say.prospects}</option>
          </Choice>
          <div class="actions">
            <button
              type="submit"
              class="primary"
              disabled={operation.state.phase === 'asking' || operation.state.phase === 'running'}
            >
              {say.submit}
            </button>
          </div>
        </form>
      ) : null}
      {webhook === null ? null : (
        <div class="card">
          <p>{say.enter}</p>
          <dl class="facts long">
            <dt>{say.url}</dt>
            <dd>
              <code>{webhook.subscriberUrl}</code>
            </dd>
            <dt>{say.secret}</dt>
            <dd>
              <code>{webhook.secret}</code>
            </dd>
            <dt>{say.tick}</dt>
            <dd>{webhook.events.join(', ')}</dd>
          </dl>
        </div>
      )}
      <OperationReport operation={operation} onConsent={() => setOpen(true)} />
    </div>
  )
}
