import { useEffect, useState } from 'preact/hooks'
import type { Api } from '../api-client.ts'
import { formatDistance } from '../moments.ts'
import type { Debt, Integration } from '../records.ts'
import { useNow } from '../use-now.ts'
import { useLanguage } from '../words/language.ts'
import { Ask } from './ask.tsx'

interface DebtsProps {
  readonly api: Api
  readonly integration: Integration
  readonly onChanged: () => void
}

/** What a disconnected account still holds of ours, and the way to stop removing it. */
export function Debts({ api, integration, onChanged }: DebtsProps) {
  const { tag, words } = useLanguage()
  const say = words.debts
  const now = useNow()
  const [debts, setDebts] = useState<readonly Debt[]>([])
  const [isAsking, setAsking] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const { id, status, reason } = integration
  // A clean disconnect has nothing to say, so nothing is asked.
  const mayOwe = status === 'disconnected' && reason !== null

  useEffect(() => {
    if (!mayOwe) return setDebts([])
    const show = (all: readonly Debt[]) => setDebts(all.filter((it) => it.integration_id === id))
    api.debts().then(
      (page) => show(page.items),
      () => undefined,
    )
    return undefined
  }, [api, id, mayOwe, integration])

  const forget = async () => {
    setAsking(false)
    try {
      await api.forget(id)
      setDebts([])
      onChanged()
    } catch {
      setFailed(true)
    }
  }

  if (debts.length === 0) return null
  return (
    <div class="debts">
      <ul>
        {debts.map(({ id: debtId, kind, attempts, expires_at: end }) => (
          <li key={debtId}>
            {say[kind]} {say.tried(attempts, formatDistance(end, now, tag))}
          </li>
        ))}
      </ul>
      {hasFailed ? <p role="alert">{words.unreachable}</p> : null}
      {isAsking ? (
        <Ask
          question={say.ask}
          text={say.askText}
          yes={say.forget}
          no={say.goOn}
          onYes={() => void forget()}
          onNo={() => setAsking(false)}
        />
      ) : (
        <div class="actions">
          <button type="button" onClick={() => setAsking(true)}>
            {say.forget}
          </button>
        </div>
      )}
    </div>
  )
}
