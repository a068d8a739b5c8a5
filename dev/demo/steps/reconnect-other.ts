import { answerConsent } from '../answer-consent.ts'
import { machineMs } from '../machine-clock.ts'
import { nextBookingArrives } from '../next-booking.ts'
import { outcomeOf } from '../renewal.ts'
import type { Step } from '../step.ts'
import { until } from '../until.ts'

/** A person signs in with another account; sabotaged, they sign in with the one they had. */
export const reconnectOther: Step = {
  name: 'reconnect-other',
  shows: 'another account: old hook and token gone, old meetings marked, the new one live',
  together: 'changes',
  async run(world, isSabotaged) {
    const { control, patienceMs } = world
    const { email: oldEmail, rest, integrationId } = await world.fresh()
    const guest = `${world.unique('before')}@demo.example`
    await control.book(oldEmail, { email: guest, name: 'Otto Old' })
    await until(
      () => rest.meetings(guest),
      (meetings) => meetings.length === 1,
      patienceMs,
    )
    const before = await rest.integration(integrationId)
    const email = `${world.unique('other')}@demo.example`
    const { uri } = await control.createUser({ email, name: 'Other Account' })
    const oldUri = before.provider_user_uri ?? ''

    const begun = machineMs()
    const asked = await rest.connect({ loginHint: email })
    await answerConsent(asked.authorizeUrl, {
      decision: 'approve',
      userUri: isSabotaged ? oldUri : uri,
    })
    const outcome = await outcomeOf(rest, asked.attemptId)
    const { seen, at } = await until(
      async () => ({
        shown: await rest.integration(integrationId),
        oldHooks: await control.hooksOf(oldEmail),
        hooks: await control.hooksOf(email),
        oldTokens: await control.tokensOf(oldEmail),
        tokens: await control.tokensOf(email),
      }),
      ({ oldHooks, oldTokens }) => oldHooks.length === 0 && livesOf(oldTokens) === 0,
      patienceMs,
    )
    const [meeting] = await rest.meetings(guest)
    const [hook] = seen.hooks
    const isBooked = await nextBookingArrives(world, { email, rest })
    const isSwitched =
      seen.shown.provider_user_uri === uri && seen.shown.webhook_subscription_uri === hook?.uri
    return {
      ok:
        outcome === 'live' &&
        isSwitched &&
        seen.oldHooks.length === 0 &&
        livesOf(seen.oldTokens) === 0 &&
        seen.hooks.length === 1 &&
        hook?.state === 'active' &&
        seen.tokens?.live_refresh === 1 &&
        meeting?.source_account_uri === oldUri &&
        isBooked,
      ms: at - begun,
      evidence: {
        integration: integrationId,
        outcome,
        oldHooks: seen.oldHooks.length,
        oldLiveTokens: livesOf(seen.oldTokens),
        hooks: seen.hooks.length,
        account: seen.shown.provider_user_uri,
        oldMeeting: meeting?.id ?? null,
        oldMeetingIsOf: meeting?.source_account_uri ?? null,
        nextBooking: isBooked,
      },
    }
  },
}

const livesOf = (tokens: { live_access: number; live_refresh: number } | undefined): number =>
  (tokens?.live_access ?? 0) + (tokens?.live_refresh ?? 0)
