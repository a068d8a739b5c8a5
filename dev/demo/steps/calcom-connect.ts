import { connectCoach } from '../coach.ts'
import { machineMs } from '../machine-clock.ts'
import type { Step } from '../step.ts'

/** A coach gives us an API key of Cal.com; sabotaged, the key was taken back before. */
export const calcomConnect: Step = {
  name: 'calcom-connect',
  shows: 'an API key of Cal.com, then live with one signed hook',
  async run(world, isSabotaged) {
    const begun = machineMs()
    const coach = await connectCoach(world, { isKeyRevoked: isSabotaged })
    const ms = machineMs() - begun
    const hooks = await coach.calcom.hooksOf(coach.email)
    const [hook] = hooks
    const isHook =
      hooks.length === 1 &&
      hook?.active === true &&
      hook.has_secret &&
      hook.subscriberUrl.startsWith(`${world.system.apiUrl}/webhooks/calcom/`)
    const ok = coach.outcome === 'live' && isHook
    if (ok) world.keepCoach(coach)
    return {
      ok,
      ms,
      evidence: {
        attempt: coach.attemptId,
        integration: coach.integrationId,
        outcome: coach.outcome,
        hooks: hooks.length,
        callback: hook?.subscriberUrl ?? null,
        signed: hook?.has_secret ?? false,
      },
    }
  },
}
