import { useEffect, useRef, useState } from 'preact/hooks'
import type { Api } from './api-client.ts'
import { openConsentWindow, safeUrl } from './consent-popup.ts'
import type { Attempt, OperationAnswer } from './records.ts'
import { watchAttempt } from './watch-attempt.ts'

/** Where a request of the person stands. */
export type OperationState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'asking' }
  | {
      readonly phase: 'running'
      attempt?: Attempt
      blockedUrl?: string | undefined
      windowGone?: boolean
    }
  | { readonly phase: 'consent'; answer: OperationAnswer }
  | { readonly phase: 'ended'; attempt: Attempt }
  | { readonly phase: 'problem'; problem: unknown }

/** One request at a time, followed until its outcome. */
export interface Operation {
  readonly state: OperationState
  /** Asks, and follows what comes of it. */
  readonly run: (request: () => Promise<OperationAnswer>) => void
  /** The same, with a consent window; call it inside the click. */
  readonly runWithConsent: (request: () => Promise<OperationAnswer>) => void
  readonly dismiss: () => void
}

/** Promises the life of an operation as state; `onSettled` hears of every end. */
export function useOperation(api: Api, onSettled: () => void): Operation {
  const [state, setState] = useState<OperationState>({ phase: 'idle' })
  const stop = useRef<(() => void) | undefined>(undefined)
  useEffect(() => () => stop.current?.(), [])

  const fail = (problem: unknown) => {
    setState({ phase: 'problem', problem })
    onSettled()
  }
  const end = (attempt: Attempt) => {
    setState({ phase: 'ended', attempt })
    onSettled()
  }

  function follow(answer: OperationAnswer, popup: Window | null | undefined) {
    const attemptId = answer.attemptId ?? answer.operationId
    const { outcome, reason = null, nextStep = null } = answer
    if (outcome) return end({ ...NOTHING_SAID, outcome, reason, nextStep })
    if (attemptId === undefined) return end({ ...NOTHING_SAID, outcome: 'failed' })
    const url = safeUrl(answer.authorizeUrl)
    const blockedUrl = popup === null ? url : undefined
    setState({ phase: 'running', blockedUrl })
    stop.current = watchAttempt({
      api,
      attemptId,
      consent: popup && url ? { popup, origin: new URL(url).origin } : undefined,
      onAttempt: (attempt, windowGone) =>
        attempt.outcome === null
          ? setState({ phase: 'running', attempt, blockedUrl, windowGone })
          : end(attempt),
      onProblem: fail,
    })
  }

  async function run(request: () => Promise<OperationAnswer>) {
    stop.current?.()
    setState({ phase: 'asking' })
    try {
      const answer = await request()
      if (answer.authorizeUrl) return setState({ phase: 'consent', answer })
      follow(answer, undefined)
    } catch (problem) {
      fail(problem)
    }
  }

  async function runWithConsent(request: () => Promise<OperationAnswer>) {
    const popup = openConsentWindow()
    stop.current?.()
    setState({ phase: 'asking' })
    try {
      const answer = await request()
      const url = safeUrl(answer.authorizeUrl)
      // Hears before it sends: the popup may be done before the next line.
      follow(answer, popup)
      if (url) popup?.location.replace(url)
      if (!url) popup?.close()
    } catch (problem) {
      popup?.close()
      fail(problem)
    }
  }

  return {
    state,
    run: (request) => void run(request),
    runWithConsent: (request) => void runWithConsent(request),
    dismiss: () => {
      stop.current?.()
      setState({ phase: 'idle' })
    },
  }
}

/** Whether another request has to wait. */
export const isBusy = ({ state }: Operation): boolean =>
  state.phase === 'asking' || state.phase === 'running'

const NOTHING_SAID = { attemptId: '', progress: 'done', reason: null, nextStep: null } as const
