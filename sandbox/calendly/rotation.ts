import type { Calendly } from './context.ts'
import { hashOf, issuePair, revokeGrant } from './tokens.ts'
import type { Grant, Token, User } from './world.ts'

/** Uses a refresh token up for the next pair; undefined when it is refused. */
export function refreshPair(calendly: Calendly, value: string, client: string) {
  const { world } = calendly
  const token = findRefresh(calendly, value)
  const grant = token === undefined ? undefined : world.grants.get(token.grant)
  const user = grant === undefined ? undefined : world.users.get(grant.user)
  if (token === undefined || grant === undefined || user === undefined) return undefined
  if (grant.client !== client || token.state === 'revoked') return undefined
  if (token.state === 'live') return rotate(calendly, { token, grant, user, value })
  return presentedAgain(calendly, { token, grant, user, value })
}

/** The refresh token of that value, whatever became of it. */
export function findRefresh({ world }: Calendly, value: string | undefined): Token | undefined {
  const token = value === undefined ? undefined : world.tokens.get(hashOf(value))
  return token?.kind === 'refresh' ? token : undefined
}

interface Presented {
  token: Token
  grant: Grant
  user: User
  value: string
}

function rotate(calendly: Calendly, { token, grant, user, value }: Presented) {
  const generation = newestGeneration(calendly, grant) + 1
  if (calendly.read('tokenMode') === 'reusable') {
    return issuePair(calendly, { grant, user, generation, refresh: value })
  }
  token.state = 'consumed'
  token.consumedAt = calendly.clock.now()
  calendly.world.tokens.put(token)
  return issuePair(calendly, { grant, user, generation })
}

function presentedAgain(calendly: Calendly, { token, grant, user }: Presented) {
  token.presentedAgain += 1
  calendly.world.tokens.put(token)
  const [mode, seconds] = calendly.read('tokenMode').split(':')
  if (mode === 'revoke_family') revokeGrant(calendly, grant.uuid)
  if (mode !== 'grace') return undefined
  const graceEnds = (token.consumedAt ?? 0) + Number(seconds) * 1000
  if (calendly.clock.now() > graceEnds) return undefined
  return issuePair(calendly, { grant, user, generation: newestGeneration(calendly, grant) + 1 })
}

function newestGeneration({ world }: Calendly, grant: Grant): number {
  return Math.max(0, ...world.tokens.by('grant', grant.uuid).map((token) => token.generation))
}
