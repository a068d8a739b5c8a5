import { useEffect, useRef } from 'preact/hooks'

interface AskProps {
  readonly question: string
  /** What the answer yes means for the person. */
  readonly text: string
  readonly yes: string
  readonly no: string
  readonly onYes: () => void
  readonly onNo: () => void
}

/** Asks before something that can't be taken back; the harmless answer has the focus. */
export function Ask({ question, text, yes, no, onYes, onNo }: AskProps) {
  const harmless = useRef<HTMLButtonElement>(null)
  useEffect(() => harmless.current?.focus(), [])
  return (
    <div class="question" role="group" aria-label={question}>
      <p>
        <strong>{question}</strong> {text}
      </p>
      <div class="actions">
        <button type="button" ref={harmless} onClick={onNo}>
          {no}
        </button>
        <button type="button" class="danger" onClick={onYes}>
          {yes}
        </button>
      </div>
    </div>
  )
}
