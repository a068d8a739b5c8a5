import { ProviderError, type ProviderErrorKind } from '../failures.ts'
import type { HttpAnswer } from '../http.ts'

/** What a person can do about each kind of refusal. */
const REMEDIES: Readonly<Partial<Record<ProviderErrorKind, string>>> = {
  unauthorized: 'the access token is refused. Refresh it, or reconnect.',
  plan: 'the plan of the account does not allow it. Upgrade it at the provider.',
  scope: 'the grant lacks a permission. Reconnect and approve all of them.',
  role: "the account's role does not allow it. Ask an owner or admin to connect.",
  notFound: 'the provider knows no such thing.',
  conflict: 'the provider has one already. List, match and replace it.',
  rateLimited: 'too many calls. Wait as told.',
  grantDead: 'the grant is used up or was revoked. Reconnect.',
  invalid: 'the provider finds the request wrong. Repeating it changes nothing.',
  unavailable: 'the provider is not able to answer. Try again later.',
}

/**
 * The refusal an API answer amounts to. A 403 is told by its shape, since its words changed thrice:
 * with `required_scopes` it is the grant, with "upgrade" the plan, else the role.
 * Reference: calendly.md, section 4.4.
 */
export function refusalOf(operation: string, answer: HttpAnswer): ProviderError {
  const requiredScopes = scopesIn(answer)
  const kind = kindOf(answer, requiredScopes)
  return refused(operation, { kind, answer, requiredScopes })
}

/**
 * The refusal an answer of the token endpoint amounts to. Only `invalid_grant`, with 400 or 401,
 * says that the grant is dead; any other refusal is a mistake of ours.
 */
export function tokenRefusalOf(operation: string, answer: HttpAnswer): ProviderError {
  const isDead = textIn(answer.body, 'error') === 'invalid_grant'
  const kind = isClientError(answer.status)
    ? isDead
      ? 'grantDead'
      : answer.status === 429
        ? 'rateLimited'
        : 'invalid'
    : 'unavailable'
  return refused(operation, { kind, answer, requiredScopes: [] })
}

function refused(
  operation: string,
  {
    kind,
    answer,
    requiredScopes,
  }: { kind: ProviderErrorKind; answer: HttpAnswer; requiredScopes: readonly string[] },
): ProviderError {
  const { status, rate } = answer
  // 429 carries no documented Retry-After: its own reset header says when.
  const resetMs = kind === 'rateLimited' && rate !== null ? rate.resetSeconds * 1_000 : undefined
  const retryAfterMs = answer.retryAfterMs ?? resetMs
  return new ProviderError({
    kind,
    status,
    rate,
    requiredScopes,
    text: `${operation}: ${REMEDIES[kind] ?? ''} (${status})`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

const isClientError = (status: number): boolean => status >= 400 && status < 500

function kindOf({ status, body }: HttpAnswer, scopes: readonly string[]): ProviderErrorKind {
  if (!isClientError(status)) return 'unavailable'
  if (status === 401) return 'unauthorized'
  // A hook for events whose read scope is missing is refused as invalid, not as forbidden.
  if (status === 400) return scopes.length > 0 ? 'scope' : 'invalid'
  if (status === 403) {
    if (scopes.length > 0) return 'scope'
    return /upgrade/i.test(textIn(body, 'message') ?? '') ? 'plan' : 'role'
  }
  if (status === 404) return 'notFound'
  if (status === 409) return 'conflict'
  return status === 429 ? 'rateLimited' : 'invalid'
}

/** The scopes an answer asks for, in its list or, for a 400, named in a detail. */
function scopesIn({ status, body }: HttpAnswer): string[] {
  const listed = partIn(body, 'required_scopes')
  if (Array.isArray(listed)) return listed.filter((scope) => typeof scope === 'string')
  const details = partIn(body, 'details')
  if (status !== 400 || !Array.isArray(details)) return []
  return details.flatMap((detail: unknown) =>
    [...(textIn(detail, 'message') ?? '').matchAll(/\b[a-z_]+:(?:read|write)\b/g)].map(
      ([scope]) => scope,
    ),
  )
}

const partIn = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined

function textIn(value: unknown, key: string): string | undefined {
  const part = partIn(value, key)
  return typeof part === 'string' ? part : undefined
}
