import { machineMs } from '../machine-clock.ts'
import type { Account } from '../setting.ts'
import type { Step } from '../step.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

/** The provider has the hook that REST tells of; sabotaged, the provider disables it by itself. */
export const hookLive: Step = {
  name: 'hook-live',
  shows: 'one hook at the provider, the same as in REST',
  async run(world, isSabotaged) {
    const account = await world.connected()
    if (isSabotaged) await disableAll(world, account)
    const begun = machineMs()
    const { seen, isGood, at } = await until(
      async () => ({
        hooks: await world.control.hooksOf(account.email),
        shown: await account.rest.integration(account.integrationId),
      }),
      ({ hooks: [hook, ...others], shown }) =>
        hook !== undefined &&
        others.length === 0 &&
        hook.state === 'active' &&
        hook.callback_url.startsWith(`${world.system.apiUrl}/`) &&
        shown.webhook_active &&
        shown.webhook_subscription_uri === hook.uri &&
        shown.callback_url === hook.callback_url,
      world.patienceMs,
    )
    const [hook] = seen.hooks
    return {
      ok: isGood,
      ms: at - begun,
      evidence: {
        hooks: seen.hooks.length,
        hook: hook?.uri ?? null,
        state: hook?.state ?? null,
        callback: hook?.callback_url ?? null,
        restHook: seen.shown.webhook_subscription_uri,
      },
    }
  },
}

async function disableAll({ control }: World, { email }: Account): Promise<void> {
  // The next look at the hook may be near, and would put another in its place.
  await control.fault({ kind: 'plan-refused', user: email })
  for (const { uuid } of await control.hooksOf(email)) await control.disableHook(uuid)
}
