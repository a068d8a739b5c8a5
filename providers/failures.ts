/**
 * How a call to a provider can fail, by what the caller may do next.
 *
 * - `unauthorized`: the access token is refused (401)
 * - `grantDead`: the refresh token or the code is refused for good (`invalid_grant`)
 * - `plan`, `scope`, `role`: refused (403) by the account's plan, our grant, the person's role
 * - `notFound`, `conflict`, `rateLimited`: 404, 409, 429
 * - `invalid`: our request is wrong; sending it again changes nothing
 * - `unavailable`: answered, but not with what we asked for (5xx, a redirect): safe to repeat
 * - `unsent`: no byte of the request left us: safe to repeat
 * - `unclear`: bytes left us and no usable answer came back: it may have been done
 * - `forbiddenOrigin`: we refused to call that address
 */
export type ProviderErrorKind =
  | 'unauthorized'
  | 'grantDead'
  | 'plan'
  | 'scope'
  | 'role'
  | 'notFound'
  | 'conflict'
  | 'rateLimited'
  | 'invalid'
  | 'unavailable'
  | 'unsent'
  | 'unclear'
  | 'forbiddenOrigin'

/** What the provider's headers say of our budget: calls left, and seconds until it is full again. */
export interface RateBudget {
  readonly limit: number
  readonly remaining: number
  readonly resetSeconds: number
}

/** What is known of a failed call besides its kind. */
export interface ProviderErrorFacts {
  readonly kind: ProviderErrorKind
  /** Operation, subject and remedy. Never a token, a code or a body. */
  readonly text: string
  readonly status?: number
  /** How long the provider asks us to wait. */
  readonly retryAfterMs?: number
  /** The scopes a new grant must have. */
  readonly requiredScopes?: readonly string[]
  readonly rate?: RateBudget | null
  readonly cause?: unknown
}

/** A failed call to a provider. Callers branch on `kind` alone; the message is safe to show. */
export class ProviderError extends Error {
  readonly kind: ProviderErrorKind
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined
  readonly requiredScopes: readonly string[]
  readonly rate: RateBudget | null

  constructor(facts: ProviderErrorFacts) {
    super(facts.text, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'ProviderError'
    this.kind = facts.kind
    this.status = facts.status
    this.retryAfterMs = facts.retryAfterMs
    this.requiredScopes = facts.requiredScopes ?? []
    this.rate = facts.rate ?? null
  }
}

/** Whether something caught is a failed call to a provider, of one of these kinds if any are named. */
export const isProviderError = (
  error: unknown,
  ...kinds: readonly ProviderErrorKind[]
): error is ProviderError =>
  error instanceof ProviderError && (kinds.length === 0 || kinds.includes(error.kind))
