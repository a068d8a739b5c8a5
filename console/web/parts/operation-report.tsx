import { ApiProblem } from '../api-client.ts'
import type { Attempt } from '../records.ts'
import type { Operation, OperationState } from '../use-operation.ts'
import { useWords } from '../words/language.ts'
import { attemptWords } from '../words/attempt-words.ts'
import type { Words } from '../words/en.ts'

interface OperationReportProps {
  readonly operation: Operation
  readonly provider: string
  /** Leads the person to what gives new access; runs inside the click. Undefined where none may. */
  readonly onConsent: (() => void) | undefined
}

const GOOD = new Set(['live', 'paused', 'disconnected'])
const ON_THE_WAY = new Set(['polling', 'needsConsent', 'superseded'])

/** How the person's request comes along, and its outcome with the reason and the next step. */
export function OperationReport({ operation, provider, onConsent }: OperationReportProps) {
  const spoken = useWords()
  const words = { ...spoken, attempt: attemptWords(spoken, provider) }
  const { state, dismiss } = operation
  const asksConsent = state.phase === 'consent' || outcomeOf(state) === 'needsConsent'
  const isOver = state.phase !== 'idle' && state.phase !== 'asking'
  return (
    <div class="report" data-tone={toneOf(state)} role="status">
      <ReportWords state={state} words={words} />
      <div class="actions">
        {asksConsent && onConsent !== undefined ? (
          <button type="button" class="primary" onClick={onConsent}>
            {words.attempt.consentButton}
          </button>
        ) : null}
        {isOver ? (
          <button type="button" onClick={dismiss}>
            {words.attempt.dismiss}
          </button>
        ) : null}
      </div>
    </div>
  )
}

function ReportWords({ state, words }: { readonly state: OperationState; readonly words: Words }) {
  switch (state.phase) {
    case 'asking':
      return <p>{words.attempt.starting}</p>
    case 'consent':
      return <p>{words.attempt.consent}</p>
    case 'problem':
      return (
        <p>
          {state.problem instanceof ApiProblem
            ? words.problem(words.fromServer(state.problem.message))
            : words.unreachable}
        </p>
      )
    case 'ended':
      return <EndWords attempt={state.attempt} words={words} />
    case 'running':
      return (
        <>
          <p>{words.attempt.progress[state.attempt?.progress ?? 'created']}</p>
          {state.blockedUrl === undefined ? null : (
            <p>
              {words.attempt.blocked}{' '}
              <a href={state.blockedUrl} target="_blank" rel="noopener noreferrer">
                {words.attempt.openHere}
              </a>
            </p>
          )}
          {state.windowGone ? <p class="quiet">{words.attempt.windowGone}</p> : null}
        </>
      )
    case 'idle':
    default:
      return null
  }
}

function EndWords({ attempt, words }: { readonly attempt: Attempt; readonly words: Words }) {
  return (
    <>
      <p>
        <strong>{words.attempt.outcome[attempt.outcome ?? 'failed']}</strong>
      </p>
      {attempt.reason === null ? null : <p>{words.fromServer(attempt.reason)}</p>}
      {attempt.nextStep === null ? null : (
        <p>
          <strong>{words.integrations.nextStep}</strong> {words.fromServer(attempt.nextStep)}
        </p>
      )}
    </>
  )
}

const outcomeOf = (state: OperationState) =>
  state.phase === 'ended' ? state.attempt.outcome : undefined

function toneOf(state: OperationState): 'none' | 'quiet' | 'good' | 'warn' | 'bad' {
  if (state.phase === 'idle') return 'none'
  if (state.phase === 'problem') return 'bad'
  if (state.phase !== 'ended') return 'quiet'
  const outcome = state.attempt.outcome ?? 'failed'
  if (GOOD.has(outcome)) return 'good'
  return ON_THE_WAY.has(outcome) ? 'warn' : 'bad'
}
