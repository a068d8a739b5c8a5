import { atRest } from '../at-rest.ts'
import { machineMs } from '../machine-clock.ts'
import type { Step } from '../step.ts'
import { until } from '../until.ts'

/** A booking is cancelled at the provider; sabotaged, that delivery is lost. */
export const cancel: Step = {
  name: 'cancel',
  shows: 'a cancellation reaches the meeting',
  async run(world, isSabotaged) {
    const { control, patienceMs } = world
    const account = await world.connected()
    const { email: user, rest } = account
    const email = `${world.unique('canceled')}@demo.example`
    const booked = await control.book(user, { email, name: 'Cleo Cancel' })
    const before = await until(
      () => rest.meetings(email),
      ([meeting]) => meeting?.status === 'active',
      patienceMs,
    )
    if (isSabotaged) {
      await atRest(account)
      await control.fault({ kind: 'lose', user, event: 'invitee.canceled', times: 1 })
    }
    await control.change(booked.invitee, 'cancel')
    const begun = machineMs()
    const after = await until(
      () => rest.meetings(email),
      ([meeting]) => meeting?.status === 'canceled',
      patienceMs,
    )
    const [booking] = await control.bookingsOf(email)
    const [meeting, ...others] = after.seen
    const isSame = meeting !== undefined && meeting.id === before.seen[0]?.id && !others.length
    return {
      ok: before.isGood && after.isGood && isSame && booking?.status === 'canceled',
      ms: after.at - begun,
      evidence: {
        invitee: booked.invitee,
        meeting: meeting?.id ?? null,
        before: before.seen[0]?.status ?? null,
        after: meeting?.status ?? null,
        inLedger: booking?.status ?? null,
      },
    }
  },
}
