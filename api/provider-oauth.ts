import { isProviderName } from '../domain/provider-name.ts'
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
