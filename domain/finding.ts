/** One cause of what a person sees, and the way on; the rest is detail. */
export interface Finding {
  readonly code: FindingCode
  readonly cause: string
  readonly nextStep: string
  readonly detail: string | null
}

/** Every illness that can be found, and `well`. */
export type FindingCode =
  | 'engineDown'
  | 'workerDown'
  | 'ownerGone'
  | 'connecting'
  | 'needsReconnect'
  | 'waitingForFirstDelivery'
  | 'planRefused'
  | 'scopeRefused'
  | 'roleRefused'
  | 'requestRefused'
  | 'otherKey'
  | 'staleSignature'
  | 'silentHook'
  | 'rateLimited'
  | 'movedUrl'
  | 'hookDisabled'
  | 'hookMissing'
  | 'hookReplaced'
  | 'retrying'
  | 'trouble'
  | 'paused'
  | 'disconnected'
  | 'debt'
  | 'parked'
  | 'gap'
  | 'foreignHook'
  | 'reported'
  | 'byHand'
  | 'well'

/** A finding from words in which cause and way on may go on for several sentences. */
export function finding(code: FindingCode, reason: string, nextStep: string): Finding {
  const [cause = '', ...more] = sentencesOf(reason)
  const [step = '', ...steps] = sentencesOf(nextStep)
  const rest = [...more, ...steps].map((sentence) => `${sentence}.`)
  return { code, cause, nextStep: step, detail: rest.length === 0 ? null : rest.join(' ') }
}

/** A finding with more to read behind it. */
export const withDetail = (found: Finding, detail: string | null): Finding => ({
  ...found,
  detail: [found.detail, detail].filter((part) => part !== null).join(' ') || null,
})

/** In plain words; the first sentence is the first cause and what to do next. */
export const wordsOf = (findings: readonly Finding[]): string =>
  findings
    .flatMap(({ cause, nextStep, detail }) => [
      `${cause}; ${lowered(nextStep)}.`,
      ...(detail === null ? [] : [detail]),
    ])
    .join(' ')

/** Abbreviations are not used in our words, so a stop before a capital ends a sentence. */
const sentencesOf = (text: string): string[] =>
  text
    .split(/(?<=[.!?]) (?=\p{Lu})/u)
    .map((sentence) => sentence.replace(/[.!?]+$/, ''))
    .filter((sentence) => sentence !== '')

const lowered = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1)

/** A moment as people read it, to the minute. */
export const clockOf = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
