import type { JobResult } from '../domain/owner-state.ts'
import { isProviderError, type ProviderError } from '../providers/failures.ts'

/**
 * What a failed provider call means for the owner. Anything that is not the provider's own word
 * is thrown on: our database being away is a blip that the owner sees as such.
 */
export function jobResultOf(error: unknown): JobResult {
  if (!isProviderError(error)) throw error
  const { kind } = error
  if (kind === 'unauthorized') return { kind: 'unauthorized' }
  if (kind === 'grantDead') return { kind: 'grantDead', found: error.message }
  if (kind === 'plan' || kind === 'scope' || kind === 'role')
    return { kind: 'refused', refusal: kind, found: error.message }
  // Sent again as it is, it would be refused again: people are told, and a look is taken rarely.
  if (kind === 'invalid' || kind === 'forbiddenOrigin')
    return { kind: 'refused', refusal: 'request', found: error.message }
  return again(error)
}

/** A failure that time may heal, with the provider's own wish for how long. */
export function again({
  kind,
  message,
  retryAfterMs,
}: ProviderError): Extract<JobResult, { kind: 'again' }> {
  return {
    kind: 'again',
    found: message,
    ...(retryAfterMs !== undefined && { afterMs: retryAfterMs }),
    ...(kind === 'rateLimited' && { limited: true as const }),
  }
}
