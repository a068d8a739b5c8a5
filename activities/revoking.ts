import type { OpenTokens } from '../db/credentials.ts'
import { isProviderError, type ProviderError } from '../providers/failures.ts'
import type { OAuth } from '../providers/provider.ts'

/** Side by side, so that two dozen tokens fit into the eight seconds of a job. */
const AT_ONCE = 6

/**
 * Gives tokens back at the provider: refresh tokens first, so that nothing renews the others.
 * Answers the failure that time may heal, if any; what is dead already counts as given back.
 */
export async function revokeAll(
  oauth: Pick<OAuth, 'revoke'> | undefined,
  all: readonly Pick<OpenTokens, 'accessToken' | 'refreshToken'>[],
): Promise<ProviderError | undefined> {
  if (oauth === undefined) return undefined
  const refresh = all.map(({ refreshToken }) => refreshToken).filter((token) => token !== '')
  const access = all.map(({ accessToken }) => accessToken)
  let failure: ProviderError | undefined
  for (const tokens of [...portions(refresh), ...portions(access)]) {
    const failures = await Promise.all(tokens.map((token) => failureOf(oauth.revoke({ token }))))
    failure ??= failures.find((one) => one !== undefined)
    // A provider that is down is not asked two dozen times.
    if (failure !== undefined) return failure
  }
  return undefined
}

function* portions(tokens: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < tokens.length; from += AT_ONCE) yield tokens.slice(from, from + AT_ONCE)
}

async function failureOf(call: Promise<void>): Promise<ProviderError | undefined> {
  try {
    await call
    return undefined
  } catch (error) {
    if (!isProviderError(error)) throw error
    const isDead = isProviderError(error, 'unauthorized', 'invalid', 'role')
    return isDead ? undefined : error
  }
}
