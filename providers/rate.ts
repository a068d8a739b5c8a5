import type { RateBudget } from './failures.ts'

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** Nobody honest asks for more; the owner looks again after that anyway. */
const LONGEST_WAIT_MS = 3_600_000

/** The budget an answer tells of, null where it does not. */
export function budgetOf(headers: Headers): RateBudget | null {
  const limit = numberIn(named(headers, 'x-ratelimit-limit'))
  const remaining = numberIn(named(headers, 'x-ratelimit-remaining'))
  // Seconds to wait, not a point in time: reference/calendly.md, section 8; calcom.md, section 6.
  const resetSeconds = numberIn(named(headers, 'x-ratelimit-reset'))
  if (limit === undefined || remaining === undefined || resetSeconds === undefined) return null
  return { limit, remaining, resetSeconds }
}

/** Cal.com adds the name of the rule, which is `Default` nearly always. */
const named = (headers: Headers, name: string): string | string[] | undefined =>
  headers[name] ?? headers[`${name}-default`]

/** How long an answer asks us to wait: by `Retry-After`, in seconds or as a date. */
export function retryAfterOf(headers: Headers): number | undefined {
  const text = headers['retry-after']
  if (typeof text !== 'string') return undefined
  const seconds = numberIn(text)
  const wait = seconds === undefined ? Date.parse(text) - Date.now() : seconds * 1_000
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), LONGEST_WAIT_MS)
}

const numberIn = (text: string | string[] | undefined): number | undefined =>
  typeof text === 'string' && /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined
