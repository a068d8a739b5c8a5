import { machineMs } from '../machine-clock.ts'
import type { Step } from '../step.ts'
import { until } from '../until.ts'

/** An account is given up; sabotaged, the provider breaks when the hook is to be removed. */
export const disconnect: Step = {
  name: 'disconnect',
  shows: 'no hook and no token is left at the provider',
  together: 'changes',
  async run(world, isSabotaged) {
    const { control, patienceMs } = world
    const { email: user, rest, integrationId } = await world.fresh()
    const before = (await control.hooksOf(user)).length
    if (isSabotaged)
      await control.fault({
        kind: '500',
        route: 'DELETE /webhook_subscriptions/*',
        user,
        seconds: patienceMs / 1_000 + 1,
      })
    const begun = machineMs()
    await rest.operate(integrationId, 'disconnect')
    const { seen, isGood, at } = await until(
      async () => ({
        hooks: (await control.hooksOf(user)).length,
        tokens: await control.tokensOf(user),
        shown: await rest.integration(integrationId),
      }),
      ({ hooks, tokens, shown }) =>
        hooks === 0 &&
        tokens?.live_access === 0 &&
        tokens.live_refresh === 0 &&
        shown.status === 'disconnected' &&
        !shown.webhook_active &&
        shown.webhook_subscription_uri === null,
      patienceMs,
    )
    return {
      ok: before === 1 && isGood,
      ms: at - begun,
      evidence: {
        integration: integrationId,
        status: seen.shown.status,
        hooksBefore: before,
        hooks: seen.hooks,
        liveAccessTokens: seen.tokens?.live_access ?? null,
        liveRefreshTokens: seen.tokens?.live_refresh ?? null,
      },
    }
  },
}
