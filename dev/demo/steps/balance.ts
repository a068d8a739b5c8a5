import { atRest } from '../at-rest.ts'
import { machineMs } from '../machine-clock.ts'
import type { Step } from '../step.ts'

/** The states of a session whose credit is held or spent. */
const PAID = ['held', 'spent']

/** Every credit is accounted for; sabotaged, the provider has a booking that we never heard of. */
export const balance: Step = {
  name: 'balance',
  shows: 'credits left = sum of the ledger; sessions = bookings at the provider + series',
  async run(world, isSabotaged) {
    const { calcom, rest, account, email: user, packageId, client } = await world.coached()
    if (isSabotaged) {
      await atRest(account)
      await calcom.fault({ kind: 'lose', user, event: 'BOOKING_CREATED', times: 1 })
      await calcom.book(user, { email: client.email, name: client.name })
    }
    const begun = machineMs()
    const shown = await rest.package(packageId)
    const movements = await rest.movements(packageId)
    const sessions = await rest.sessions(client.id)
    const ms = machineMs() - begun
    const sum = movements.reduce((total, { left_change: change }) => total + change, 0)
    const live = sessions.filter(({ status }) => status === 'scheduled')
    const ofProvider = live.filter(({ provider }) => provider === 'calcom').length
    const atProvider = (await calcom.bookingsWith(user)).filter(
      ({ status }) => status === 'accepted',
    ).length
    const paid = sessions.filter(({ credit }) => PAID.includes(credit)).length
    return {
      ok:
        sum === shown.sessions_left &&
        shown.sessions_left + shown.sessions_used === shown.sessions_total &&
        shown.sessions_used === paid &&
        ofProvider === atProvider,
      ms,
      evidence: {
        package: packageId,
        total: shown.sessions_total,
        used: shown.sessions_used,
        left: shown.sessions_left,
        ledger: `${movements.length} movements, sum ${sum}`,
        paidSessions: paid,
        sessionsOfBookings: ofProvider,
        bookingsAtProvider: atProvider,
      },
    }
  },
}
