import type { Calendly } from './context.ts'
import { uriOf } from './context.ts'
import type { Token, User } from './world.ts'

/** What every user's tokens have been through; hashes only. */
export function tokenReport(calendly: Calendly): object[] {
  return calendly.world.users.all().map((user) => reportOf(calendly, user))
}

function reportOf(calendly: Calendly, user: User) {
  const { world, clock } = calendly
  const grants = world.grants.by('user', user.uuid)
  const tokens = grants.flatMap((grant) => world.tokens.by('grant', grant.uuid))
  const isLive = (token: Token) =>
    token.state === 'live' && (token.expiresAt === null || token.expiresAt > clock.now())
  const count = (kind: Token['kind']) =>
    tokens.filter((token) => token.kind === kind && isLive(token)).length
  return {
    user: uriOf(calendly, `users/${user.uuid}`),
    email: user.email,
    live_access: count('access'),
    live_refresh: count('refresh'),
    live_personal: count('personal'),
    grants: grants.length,
    generation: Math.max(0, ...tokens.map((token) => token.generation)),
    presented_again: tokens.reduce((sum, token) => sum + token.presentedAgain, 0),
    token_calls: user.tokenCalls,
    chain: tokens.map((token) => ({
      grant: token.grant,
      kind: token.kind,
      generation: token.generation,
      sha256: token.hash,
      state: token.state === 'live' && !isLive(token) ? 'expired' : token.state,
      issued_at: token.issuedAt,
      presented_again: token.presentedAgain,
    })),
  }
}
