import { connectAccount } from '../account.ts'
import { atRest } from '../at-rest.ts'
import { machineMs } from '../machine-clock.ts'
import { nextBookingArrives } from '../next-booking.ts'
import type { IntegrationJson } from '../rest.ts'
import type { HookJson } from '../sandbox-control.ts'
import type { Account, Setting } from '../setting.ts'
import type { Step } from '../step.ts'
import { until } from '../until.ts'

/** A look that is further away is not waited for: a system that looks more often shows it. */
const SOON_MS = 15_000

/**
 * The provider disables the hook, and nobody tells us. Sabotaged, it refuses to give another.
 * Where looks are an hour apart, this is shown on a system of the demo's own.
 */
export const hookRebuilt: Step = {
  name: 'hook-rebuilt',
  shows: 'the provider disables the hook: found and replaced without being told',
  async run(world, isSabotaged) {
    const first = await world.fresh()
    const isHere = (await lookIn(first)) <= SOON_MS
    const setting = isHere ? world : await world.lookingOften()
    const account = isHere ? first : (await connectAccount(setting)).account
    return show(setting, { account, isHere, isSabotaged })
  },
}

/** Milliseconds to the next look at the hook that the integration takes by itself. */
async function lookIn(account: Account): Promise<number> {
  const next = await atRest(account)
  if (next?.what !== 'reconcileHook') return Number.POSITIVE_INFINITY
  return Date.parse(next.at) - Date.now()
}

interface Sight {
  readonly hooks: readonly HookJson[]
  readonly shown: IntegrationJson
}

interface Plan {
  readonly account: Account
  readonly isHere: boolean
  readonly isSabotaged: boolean
}

async function show(setting: Setting, { account, isHere, isSabotaged }: Plan) {
  const { control } = setting
  const { email: user, rest, integrationId } = account
  const [old] = await control.hooksOf(user)
  if (old === undefined) throw new Error('there is no hook to disable')
  if (isSabotaged) await control.fault({ kind: 'plan-refused', user })
  const begun = machineMs()
  await control.disableHook(old.uuid)
  const isRebuilt = ({ hooks: [hook, ...others], shown }: Sight): boolean =>
    hook !== undefined &&
    others.length === 0 &&
    hook.uri !== old.uri &&
    hook.state === 'active' &&
    shown.webhook_active &&
    shown.webhook_subscription_uri === hook.uri
  const { seen, at } = await until(
    async () => ({
      hooks: await control.hooksOf(user),
      shown: await rest.integration(integrationId),
    }),
    // What the provider refuses is no longer waited for.
    (sight) => isRebuilt(sight) || /plan/i.test(sight.shown.reason ?? ''),
    SOON_MS,
  )
  const isGood = isRebuilt(seen)
  const isBooked = isGood && (await nextBookingArrives(setting, account))
  return {
    ok: isGood && isBooked,
    ms: at - begun,
    evidence: {
      integration: integrationId,
      system: isHere ? 'the same' : 'one of its own, which looks every few seconds',
      oldHook: old.uri,
      newHook: seen.hooks.find(({ uri }) => uri !== old.uri)?.uri ?? null,
      hooks: seen.hooks.length,
      nextBooking: isBooked,
    },
  }
}
