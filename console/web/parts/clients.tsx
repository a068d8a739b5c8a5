import { useState } from 'preact/hooks'
import type { Api } from '../api-client.ts'
import type { Client } from '../coaching-records.ts'
import { textsOf } from '../form-text.ts'
import { viewerZone } from '../moments.ts'
import { useDeed } from '../use-deed.ts'
import type { Read } from '../use-read.ts'
import { useWords } from '../words/language.ts'
import { Field } from './field.tsx'
import { ProblemLine } from './problem-line.tsx'
import { SectionState } from './section-state.tsx'

interface ClientsProps {
  readonly api: Api
  readonly read: Read<readonly Client[]>
}

/** Everybody who can hold packages, and the way to add somebody. */
export function Clients({ api, read }: ClientsProps) {
  const say = useWords().clients
  const deed = useDeed()
  const [added, setAdded] = useState<string>()
  const add = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const text = textsOf(form)
    deed.run(async () => {
      setAdded(undefined)
      const { email } = await api.addClient({
        email: text('email'),
        name: text('name') || null,
        timezone: text('timezone') || null,
      })
      form.reset()
      setAdded(email)
      read.reload()
    })
  }
  return (
    <section aria-labelledby="clients">
      <h2 id="clients">{say.heading}</h2>
      {read.answer === undefined ? <SectionState error={read.error} onRetry={read.reload} /> : null}
      {read.answer?.length === 0 ? <p class="quiet">{say.none}</p> : null}
      <ul class="rows">
        {read.answer?.map((client) => (
          <li key={client.id} class="row">
            <p class="row-title">{client.name ?? client.email}</p>
            <p class="quiet small">
              {[client.name === null ? null : client.email, client.timezone]
                .filter((it) => it !== null)
                .join(' · ')}
            </p>
          </li>
        ))}
      </ul>
      <details class="adding">
        <summary>{say.add}</summary>
        <form class="form" onSubmit={add}>
          {/* A field of type email refuses addresses with accents, and people have them. */}
          <Field
            name="email"
            label={say.email}
            inputmode="email"
            pattern="[^\s@]+@[^\s@]+"
            autocomplete="off"
            required
          />
          <Field name="name" label={say.name} maxLength={200} autocomplete="off" />
          <Field name="timezone" label={say.timezone} defaultValue={viewerZone()} />
          <ProblemLine problem={deed.problem} />
          <button type="submit" class="primary" disabled={deed.isBusy}>
            {say.submit}
          </button>
        </form>
      </details>
      <p role="status">{added === undefined ? null : say.added(added)}</p>
    </section>
  )
}
