import { en } from './words/en.ts'
import type { Outcome } from './records.ts'

/** What the popup tells its opener. */
export interface PopupMessage {
  readonly attemptId: string
  readonly outcome: Outcome | null
}

/** One name, so that a second click uses the same window. */
const NAME = 'rendezvous-connect'

/**
 * Opens the consent window; call it inside the click itself, or browsers block it.
 * It needs its opener: that is how it tells the outcome at once.
 */
export const openConsentWindow = (url = 'about:blank'): Window | null =>
  window.open(url, NAME, 'popup,width=560,height=760')

/** An address the window may be sent to, or undefined: anything but http(s) could be script. */
export function safeUrl(text: string | null | undefined): string | undefined {
  if (!text || !URL.canParse(text)) return undefined
  return /^https?:$/.test(new URL(text).protocol) ? text : undefined
}

/** What counts as a message of the popup, and what to do with it. */
export interface PopupWatch {
  readonly popup: Window
  /** Of the page that may speak: the API's. */
  readonly origin: string
  readonly onMessage: (message: PopupMessage) => void
}

/** Hears the popup until stopped; everybody else is ignored. */
export function hearPopup({ popup, origin, onMessage }: PopupWatch): () => void {
  const hear = (event: MessageEvent<unknown>) => {
    if (event.origin !== origin || event.source !== popup) return
    const message = readMessage(event.data)
    if (message !== undefined) onMessage(message)
  }
  window.addEventListener('message', hear)
  return () => window.removeEventListener('message', hear)
}

function readMessage(told: unknown): PopupMessage | undefined {
  if (typeof told !== 'object' || told === null) return undefined
  const { type, attemptId, outcome } = told as Record<string, unknown>
  if (type !== 'rendezvous:connect' || typeof attemptId !== 'string') return undefined
  return { attemptId, outcome: isOutcome(outcome) ? outcome : null }
}

const isOutcome = (word: unknown): word is Outcome =>
  typeof word === 'string' && Object.hasOwn(en.attempt.outcome, word)
