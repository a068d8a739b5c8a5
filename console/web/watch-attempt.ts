import { ApiProblem } from './api-client.ts'
import type { Api } from './api-client.ts'
import { hearPopup } from './consent-popup.ts'
import type { Attempt } from './records.ts'

export interface AttemptWatch {
  readonly api: Api
  readonly attemptId: string
  /** The window the person was sent to, and the only origin it may speak from. */
  readonly consent?: { readonly popup: Window; readonly origin: string } | undefined
  readonly onAttempt: (attempt: Attempt, windowGone: boolean) => void
  readonly onProblem: (problem: unknown) => void
}

/** Somebody looks at the progress: a second is soon enough, and the popup is faster. */
const ASK_AGAIN_MS = 1000

/** An attempt lives ten minutes; after that nothing can become of it. */
const GIVE_UP_MS = 11 * 60_000

/** Tells how an attempt comes along until it has its outcome, by the popup or by asking. */
export function watchAttempt({ api, attemptId, consent, onAttempt, onProblem }: AttemptWatch) {
  const startedAt = Date.now()
  let isOver = false
  let isDropped = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let latest: Attempt = {
    attemptId,
    progress: 'created',
    outcome: null,
    reason: null,
    nextStep: null,
  }

  const tell = (attempt: Attempt) => {
    if (isDropped) return
    // An outcome is final: an answer that was under way when it came may not take it back.
    if (latest.outcome !== null && attempt.outcome === null) return
    latest = attempt
    if (attempt.outcome !== null) stop()
    onAttempt(attempt, consent?.popup.closed ?? false)
  }

  async function ask() {
    try {
      tell(await api.attempt(attemptId))
    } catch (problem) {
      // A lost connection or a busy server passes; an answer that says no does not.
      if (
        !isOver &&
        problem instanceof ApiProblem &&
        problem.status < 500 &&
        problem.status !== 429
      ) {
        stop()
        onProblem(problem)
      }
    }
  }
  async function keepAsking() {
    await ask()
    if (isOver || Date.now() - startedAt > GIVE_UP_MS) return
    timer = setTimeout(() => void keepAsking(), ASK_AGAIN_MS)
  }

  const stopHearing =
    consent &&
    hearPopup({
      ...consent,
      onMessage: (message) => {
        if (message.attemptId !== attemptId || isOver) return
        tell({ ...latest, outcome: message.outcome })
        // The popup knows the word; the reason and the next step are told by the API.
        void ask()
      },
    })
  const stop = () => {
    isOver = true
    clearTimeout(timer)
    stopHearing?.()
  }
  void keepAsking()
  return () => {
    isDropped = true
    stop()
  }
}
