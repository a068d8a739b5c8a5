import { connectAccount } from '../account.ts'
import type { Step } from '../step.ts'

/** What a person at a browser is promised. */
const LIMIT_MS = 5_000

/** A person connects an account; sabotaged, they click "deny". */
export const connect: Step = {
  name: 'connect',
  shows: 'consent, then live within 5 s',
  async run(world, isSabotaged) {
    const made = await connectAccount(world, { decision: isSabotaged ? 'deny' : 'approve' })
    const { account, attemptId, outcome, ms } = made
    const hooks = await world.control.hooksOf(account.email)
    const tokens = await world.control.tokensOf(account.email)
    const active = hooks.filter(({ state }) => state === 'active').length
    const ok = outcome === 'live' && ms < LIMIT_MS && active === 1 && tokens?.live_refresh === 1
    if (ok) world.keep(account)
    return {
      ok,
      ms,
      evidence: {
        attempt: attemptId,
        integration: account.integrationId,
        outcome,
        activeHooks: active,
        liveRefreshTokens: tokens?.live_refresh ?? 0,
      },
    }
  },
}
