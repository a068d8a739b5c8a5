import { atRest } from '../at-rest.ts'
import { codePoints, NAME } from '../same-text.ts'
import type { Step } from '../step.ts'
import { until } from '../until.ts'

/** The product's promise, from the provider's knowledge to REST. */
const LIMIT_MS = 1_000

/** Somebody books and is a prospect; sabotaged, the provider loses the delivery. */
export const bookingToProspect: Step = {
  name: 'booking-to-prospect',
  shows: 'a booking is a prospect within 1 s',
  async run(world, isSabotaged) {
    const { control, patienceMs } = world
    const account = await world.connected()
    const { email: user, rest } = account
    const email = `${world.unique('prospect')}@demo.example`
    if (isSabotaged) {
      await atRest(account)
      await control.fault({ kind: 'lose', user, event: 'invitee.created', times: 1 })
    }
    const booked = await control.book(user, { email, name: NAME })
    const found = await until(
      () => rest.prospects(email),
      (prospects) => prospects.length > 0,
      patienceMs,
    )
    // The sandbox writes its ledger after our answer, so the prospect may be there first.
    const delivered = await until(
      () => control.deliveriesOf([booked.invitee]),
      (deliveries) => deliveries.some(({ status }) => status === 200),
      patienceMs,
    )
    const [booking] = await control.bookingsOf(email)
    const [prospect] = found.seen
    const ms = found.at - booked.answeredAt
    const isSameText = prospect?.name === NAME && booking?.name === NAME
    return {
      ok: found.seen.length === 1 && ms < LIMIT_MS && isSameText && delivered.isGood,
      ms,
      evidence: {
        invitee: booked.invitee,
        prospect: prospect?.id ?? null,
        prospects: found.seen.length,
        deliveries: delivered.seen.length,
        name: codePoints(prospect?.name ?? ''),
      },
    }
  },
}
