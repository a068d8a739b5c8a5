import { atRest } from '../at-rest.ts'
import { machineMs } from '../machine-clock.ts'
import { bookSession, sessionOf } from '../session-booking.ts'
import type { Step } from '../step.ts'
import { until } from '../until.ts'

/** A session is called off in time; sabotaged, the provider loses that delivery. */
export const calcomCancelCreditBack: Step = {
  name: 'calcom-cancel-credit-back',
  shows: 'a cancellation at Cal.com cancels the session and gives the credit back',
  async run(world, isSabotaged) {
    const coach = await world.coached()
    const { calcom, rest, email: user, packageId, client } = coach
    const { uid, session } = await bookSession(coach, world.patienceMs)
    const booked = await rest.package(packageId)
    if (isSabotaged) {
      await atRest(coach.account)
      await calcom.fault({ kind: 'lose', user, event: 'BOOKING_CANCELLED', times: 1 })
    }
    const begun = machineMs()
    await calcom.cancel(uid)
    const { seen, isGood, at } = await until(
      () => sessionOf(rest, client.id, uid),
      (it) => it?.status === 'cancelled',
      world.patienceMs,
    )
    const after = await rest.package(packageId)
    const booking = (await calcom.bookingsWith(user)).find((it) => it.booking === uid)
    return {
      ok:
        isGood &&
        seen?.id === session?.id &&
        booking?.status === 'cancelled' &&
        after.sessions_left === booked.sessions_left + 1,
      ms: at - begun,
      evidence: {
        booking: uid,
        session: seen?.id ?? null,
        status: seen?.status ?? null,
        inLedger: booking?.status ?? null,
        package: packageId,
        credits: `${booked.sessions_left} → ${after.sessions_left}`,
      },
    }
  },
}
