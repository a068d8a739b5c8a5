import { isProviderName } from '../domain/provider-name.ts'
import type { OperationReport } from '../domain/operation.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { OAuth } from '../providers/provider.ts'
import type { ApiDeps } from './deps.ts'

/** How consent is asked for at the provider of this name; undefined where that is no way. */
export function oauthOf(
  { providers }: Pick<ApiDeps, 'providers'>,
  name: string,
): (OAuth & { readonly name: ProviderName }) | undefined {
  const oauth = isProviderName(name) ? providers[name]?.oauth : undefined
  return oauth === undefined || !isProviderName(name) ? undefined : { ...oauth, name }
}

/**
 * Whether an answer says that it is another service's than the one that was asked: RFC 9207. Most
 * say nothing of that, and a name that comes twice is none.
 */
export const isMixedUp = ({ issuer }: OAuth, iss: unknown): boolean =>
  iss !== undefined && iss !== issuer

/** What becomes of an attempt whose answer is another service's: its code goes nowhere. */
export const MIXED_UP: OperationReport = {
  outcome: 'failed',
  reason: 'The answer to the consent came from another service than the one that was asked.',
  nextStep: 'Start again.',
}
