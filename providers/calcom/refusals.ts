import { ProviderError, type ProviderErrorKind } from '../failures.ts'
import type { HttpAnswer } from '../http.ts'

/** What a person can do about each kind of refusal. */
const REMEDIES: Readonly<Partial<Record<ProviderErrorKind, string>>> = {
  unauthorized: 'the API key is refused. Make a new one and connect with it.',
  role: 'the account may not do this. Ask an owner or admin of it to connect.',
  notFound: 'the provider knows no such thing.',
  conflict: 'the provider has one already. List, match and replace it.',
  rateLimited: 'too many calls. Wait as told.',
  invalid: 'the provider finds the request wrong. Repeating it changes nothing.',
  unavailable: 'the provider is not able to answer. Try again later.',
}

/** Who asks too often is blocked for a minute, however soon the window ends: section 6. */
const BLOCKED_MS = 60_000

/** The refusal an API answer amounts to. Reference: calcom.md, sections 5 and 6. */
export function refusalOf(operation: string, answer: HttpAnswer): ProviderError {
  const { status, rate } = answer
  const kind = KINDS[status] ?? (status >= 400 && status < 500 ? 'invalid' : 'unavailable')
  const resetMs = Math.max((rate?.resetSeconds ?? 0) * 1_000, BLOCKED_MS)
  const retryAfterMs = answer.retryAfterMs ?? (kind === 'rateLimited' ? resetMs : undefined)
  return new ProviderError({
    kind,
    status,
    rate,
    text: `${operation}: ${REMEDIES[kind] ?? ''} (${status})`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

const KINDS: Readonly<Record<number, ProviderErrorKind>> = {
  401: 'unauthorized',
  403: 'role',
  404: 'notFound',
  408: 'unavailable',
  409: 'conflict',
  429: 'rateLimited',
}
