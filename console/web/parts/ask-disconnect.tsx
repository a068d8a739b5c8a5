import { useEffect, useRef } from 'preact/hooks'
import { useWords } from '../words/language.ts'

interface AskDisconnectProps {
  readonly account: string
  readonly onYes: () => void
  readonly onNo: () => void
}

/** Asks before a connection ends; the harmless answer has the focus. */
export function AskDisconnect({ account, onYes, onNo }: AskDisconnectProps) {
  const words = useWords().integrations
  const harmless = useRef<HTMLButtonElement>(null)
  useEffect(() => harmless.current?.focus(), [])
  return (
    <div class="question" role="group" aria-label={words.askDisconnect(account)}>
      <p>
        <strong>{words.askDisconnect(account)}</strong> {words.askDisconnectText}
      </p>
      <div class="actions">
        <button type="button" ref={harmless} onClick={onNo}>
          {words.keep}
        </button>
        <button type="button" class="danger" onClick={onYes}>
          {words.disconnect}
        </button>
      </div>
    </div>
  )
}
