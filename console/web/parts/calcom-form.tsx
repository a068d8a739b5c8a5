import { useState } from 'preact/hooks'
import type { CalcomWish, Purpose } from '../api-client.ts'
import { textsOf } from '../form-text.ts'
import type { Integration } from '../records.ts'
import { useWords } from '../words/language.ts'
import { Choice, Field } from './field.tsx'

interface CalcomFormProps {
  /** The connection that is given new access; without it, one is made. */
  readonly renewed?: Integration
  readonly isBusy: boolean
  readonly onWish: (wish: CalcomWish) => void
}

/** Asks for a key of Cal.com, or for the wish to make a webhook by hand. */
export function CalcomForm({ renewed, isBusy, onWish }: CalcomFormProps) {
  const say = useWords().calcom
  const [isByHand, setByHand] = useState(false)
  // While a webhook of ours may stand there, the API takes nothing but a key.
  const mayBeByHand = renewed === undefined || renewed.status === 'disconnected'
  const usesKey = !(isByHand && mayBeByHand)

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const text = textsOf(event.currentTarget as HTMLFormElement)
    const origin = text('origin')
    const access = usesKey
      ? { apiKey: text('key'), ...(origin !== '' && { origin }) }
      : { webhookOnly: true as const }
    const purpose = text('purpose')
    onWish({
      ...access,
      ...(renewed !== undefined && { scope: renewed.scope }),
      ...(purpose !== '' && { purpose: purpose as Purpose }),
    })
  }

  return (
    <form class="form card" onSubmit={submit}>
      {mayBeByHand ? (
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
      ) : null}
      {usesKey ? (
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
          <Field
            name="origin"
            label={say.where}
            hint={say.whereHint}
            defaultValue={installationOf(renewed)}
          />
        </>
      ) : null}
      <Choice name="purpose" label={say.becomes}>
        {renewed === undefined ? null : <option value="">{say.asBefore}</option>}
        <option value="sessions">{say.sessions}</option>
        <option value="prospects">{say.prospects}</option>
      </Choice>
      <div class="actions">
        <button type="submit" class="primary" disabled={isBusy}>
          {say.submit}
        </button>
      </div>
    </form>
  )
}

/**
 * Where the account is, which its address begins with: a key must not be tried anywhere else. An
 * installation without https is the usual one of a machine for trying things out.
 */
function installationOf(renewed: Integration | undefined): string {
  const uri = renewed?.provider_user_uri ?? ''
  return uri.startsWith('https://') && URL.canParse(uri) ? new URL(uri).origin : ''
}
