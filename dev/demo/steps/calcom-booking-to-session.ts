import { atRest } from '../at-rest.ts'
import { bookSession } from '../session-booking.ts'
import type { Step } from '../step.ts'

/** The product's promise, from the provider's knowledge to REST. */
const LIMIT_MS = 1_000

/** A client with a package books; sabotaged, the provider loses the delivery. */
export const calcomBookingToSession: Step = {
  name: 'calcom-booking-to-session',
  shows: 'a booking at Cal.com is a session within 1 s, and one of 5 credits is spent',
  async run(world, isSabotaged) {
    const coach = await world.coached()
    const { calcom, rest, email: user, packageId } = coach
    const before = await rest.package(packageId)
    if (isSabotaged) {
      await atRest(coach.account)
      await calcom.fault({ kind: 'lose', user, event: 'BOOKING_CREATED', times: 1 })
    }
    const { uid, session, ms } = await bookSession(coach, world.patienceMs)
    const after = await rest.package(packageId)
    const booking = (await calcom.bookingsWith(user)).find((it) => it.booking === uid)
    return {
      ok:
        session?.status === 'scheduled' &&
        Date.parse(session.start_at) === Date.parse(booking?.start_time ?? '') &&
        after.sessions_left === before.sessions_left - 1 &&
        after.sessions_used === before.sessions_used + 1 &&
        ms < LIMIT_MS,
      ms,
      evidence: {
        booking: uid,
        session: session?.id ?? null,
        status: session?.status ?? null,
        package: packageId,
        credits: `${before.sessions_left} → ${after.sessions_left} of ${after.sessions_total}`,
      },
    }
  },
}
