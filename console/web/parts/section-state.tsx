import { ApiProblem } from '../api-client.ts'
import { useWords } from '../words/language.ts'

interface SectionStateProps {
  readonly error: unknown
  readonly onRetry: () => void
}

/** Says that a part of the page is being read, or why it can't be, with a way to try again. */
export function SectionState({ error, onRetry }: SectionStateProps) {
  const words = useWords()
  if (error === undefined) {
    return (
      <p class="quiet" aria-busy="true">
        {words.loading}
      </p>
    )
  }
  return (
    <div class="complaint" role="alert">
      <p>{error instanceof ApiProblem ? words.problem(error.message) : words.unreachable}</p>
      <button type="button" onClick={onRetry}>
        {words.tryAgain}
      </button>
    </div>
  )
}
