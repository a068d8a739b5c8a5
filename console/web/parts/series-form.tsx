import { useState } from 'preact/hooks'
import { FREQUENCIES, WEEKDAYS } from '../coaching-records.ts'
import type { Client, Frequency, Package, SeriesWish, Weekday } from '../coaching-records.ts'
import { textsOf } from '../form-text.ts'
import { dayAfter, formatDay, viewerZone } from '../moments.ts'
import { useLanguage } from '../words/language.ts'
import { Choice, Field } from './field.tsx'

interface SeriesFormProps {
  readonly clients: readonly Client[]
  readonly packages: readonly Package[]
  readonly isBusy: boolean
  readonly onPreview: (wish: SeriesWish) => void
  /** Something else is asked for: what was shown holds no longer. */
  readonly onChange: () => void
}

/** Who, when and how often; the package says with whom and how long. */
export function SeriesForm({ clients, packages, isBusy, onPreview, onChange }: SeriesFormProps) {
  const { tag, words } = useLanguage()
  const say = words.recurring
  const [clientId, setClient] = useState(clients.length === 1 ? (clients[0]?.id ?? '') : '')
  const [frequency, setFrequency] = useState<Frequency>('weekly')
  const [isByDay, setByDay] = useState(false)
  const usable = packages.filter((it) => it.active && it.client_id === clientId)
  const zone = clients.find(({ id }) => id === clientId)?.timezone ?? viewerZone()

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const text = textsOf(event.currentTarget as HTMLFormElement)
    const payer = usable.find(({ id }) => id === text('package'))
    if (payer === undefined) return
    const day = isByDay && frequency === 'monthly'
    onPreview({
      clientId,
      packageId: payer.id,
      hostUserId: payer.host_user_id,
      frequency,
      count: Number(text('count')),
      ...(day
        ? { dayOfMonth: Number(text('dayOfMonth')) }
        : { weekday: text('weekday') as Weekday }),
      time: text('time'),
      timezone: text('timezone'),
      startDate: text('startDate'),
    })
  }

  return (
    <form class="form wide card" onSubmit={submit} onInput={onChange}>
      <Choice label={say.client} required value={clientId} onChange={setClient}>
        <option value="">{words.packages.choose}</option>
        {clients.map(({ id, name, email }) => (
          <option key={id} value={id}>
            {name ?? email}
          </option>
        ))}
      </Choice>
      <Choice name="package" label={say.package} required disabled={usable.length === 0}>
        {usable.length === 0 ? (
          <option value="">{clientId === '' ? '–' : say.noPackage}</option>
        ) : null}
        {usable.map((it) => (
          <option key={it.id} value={it.id}>
            {words.packages.left(it.sessions_left, it.sessions_total)}
            {', '}
            {words.packages.until(formatDay(it.expires_at, tag))}
          </option>
        ))}
      </Choice>
      <Choice
        label={say.frequency}
        value={frequency}
        onChange={(value) => setFrequency(value as Frequency)}
      >
        {FREQUENCIES.map((it) => (
          <option key={it} value={it}>
            {say.frequencies[it]}
          </option>
        ))}
      </Choice>
      <Field
        name="count"
        type="number"
        label={say.count}
        min={1}
        max={52}
        defaultValue="4"
        required
      />
      {isByDay && frequency === 'monthly' ? (
        <Field
          name="dayOfMonth"
          type="number"
          label={say.dayOfMonth}
          min={1}
          max={31}
          defaultValue="1"
          required
        />
      ) : (
        <Choice name="weekday" label={say.weekday}>
          {WEEKDAYS.map((it) => (
            <option key={it} value={it}>
              {say.weekdays[it]}
            </option>
          ))}
        </Choice>
      )}
      <Field name="time" type="time" label={say.time} defaultValue="10:00" required />
      <Field
        name="startDate"
        type="date"
        label={say.startDate}
        defaultValue={dayAfter(1)}
        required
      />
      <Field key={zone} name="timezone" label={say.timezone} defaultValue={zone} required />
      {frequency === 'monthly' ? (
        <label class="choice">
          <input
            type="checkbox"
            checked={isByDay}
            onChange={(event) => setByDay(event.currentTarget.checked)}
          />
          {say.byDay}
        </label>
      ) : null}
      <div class="actions">
        <button type="submit" class="primary" disabled={isBusy || usable.length === 0}>
          {say.preview}
        </button>
      </div>
    </form>
  )
}
