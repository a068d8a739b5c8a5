import { useState } from 'preact/hooks'
import type { Api } from '../api-client.ts'
import type { Client } from '../coaching-records.ts'
import { textsOf } from '../form-text.ts'
import { dayAfter } from '../moments.ts'
import type { Me } from '../records.ts'
import { useDeed } from '../use-deed.ts'
import { useWords } from '../words/language.ts'
import { Choice, Field } from './field.tsx'
import { ProblemLine } from './problem-line.tsx'

interface AddPackageProps {
  readonly api: Api
  readonly me: Me
  readonly clients: readonly Client[]
  readonly onAdded: () => void
}

/** Days for which a package lasts where nobody says otherwise. */
const LASTS = 180

/** The form of a new package; the viewer is its host. */
export function AddPackage({ api, me, clients, onAdded }: AddPackageProps) {
  const say = useWords().packages
  const deed = useDeed()
  const [isAdded, setAdded] = useState(false)
  const add = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const text = textsOf(form)
    deed.run(async () => {
      setAdded(false)
      await api.addPackage({
        clientId: text('client'),
        hostUserId: me.user_id,
        sessionsTotal: Number(text('total')),
        sessionMinutes: Number(text('minutes')),
        cutOffHours: Number(text('cutOff')),
        // Valid through the whole of its last day, as the viewer's calendar has it.
        expiresAt: new Date(`${text('expires')}T23:59:59`).toISOString(),
      })
      form.reset()
      setAdded(true)
      onAdded()
    })
  }
  return (
    <>
      <details class="adding">
        <summary>{say.add}</summary>
        <form class="form" onSubmit={add}>
          <Choice name="client" label={say.client} required>
            <option value="">{say.choose}</option>
            {clients.map(({ id, name, email }) => (
              <option key={id} value={id}>
                {name ?? email}
              </option>
            ))}
          </Choice>
          <Field name="total" type="number" label={say.total} min={1} max={1000} defaultValue="5" />
          <Field
            name="minutes"
            type="number"
            label={say.minutes}
            min={1}
            max={1440}
            defaultValue="60"
          />
          <Field
            name="cutOff"
            type="number"
            label={say.cutOff}
            min={0}
            max={8760}
            defaultValue="24"
          />
          <Field
            name="expires"
            type="date"
            label={say.expires}
            required
            min={dayAfter(0)}
            defaultValue={dayAfter(LASTS)}
          />
          <ProblemLine problem={deed.problem} />
          <button type="submit" class="primary" disabled={deed.isBusy}>
            {say.submit}
          </button>
        </form>
      </details>
      <p role="status">{isAdded ? say.added : null}</p>
    </>
  )
}
