import { ApiProblem } from '../api-client.ts'
import { useWords } from '../words/language.ts'

/** Says why something that a person asked for did not work; nothing where nothing was wrong. */
export function ProblemLine({ problem }: { readonly problem: unknown }) {
  const words = useWords()
  if (problem === undefined) return null
  return (
    <p class="complaint" role="alert">
      {problem instanceof ApiProblem
        ? words.problem(words.fromServer(problem.message))
        : words.unreachable}
    </p>
  )
}
