import { useState } from 'preact/hooks'
import type { Api, IntegrationHint } from '../api-client.ts'
import { useDeed } from '../use-deed.ts'
import { useWords } from '../words/language.ts'
import { ProblemLine } from './problem-line.tsx'

interface HintsProps {
  readonly api: Api
  readonly id: string
  readonly onAsked: () => void
}

const HINTS = ['reconcile', 'sync', 'refresh'] as const

/** What an integration does by itself, asked for at once. */
export function Hints({ api, id, onAsked }: HintsProps) {
  const say = useWords().integration
  const deed = useDeed()
  const [asked, setAsked] = useState<IntegrationHint>()
  const ask = (hint: IntegrationHint) =>
    deed.run(async () => {
      setAsked(undefined)
      await api.hint(id, hint)
      setAsked(hint)
      onAsked()
    })
  return (
    <div class="hints">
      <div class="actions">
        {HINTS.map((hint) => (
          <button key={hint} type="button" disabled={deed.isBusy} onClick={() => ask(hint)}>
            {say[hint]}
          </button>
        ))}
      </div>
      <p role="status">{asked === undefined ? null : say.asked[asked]}</p>
      <ProblemLine problem={deed.problem} />
    </div>
  )
}
