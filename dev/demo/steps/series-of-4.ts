import { type Coach, connectCoach } from '../coach.ts'
import { machineMs } from '../machine-clock.ts'
import type { Step } from '../step.ts'

const COUNT = 4

/** Four weekly sessions are booked at once; sabotaged, the package holds three credits only. */
export const seriesOf4: Step = {
  name: 'series-of-4',
  shows: 'four weekly sessions as previewed, four credits, nothing booked at the provider',
  async run(world, isSabotaged) {
    const coach = isSabotaged
      ? await connectCoach(world, { credits: COUNT - 1 })
      : await world.coached()
    const { calcom, rest, email, packageId, client } = coach
    const wish = wishOf(coach)
    const before = await rest.package(packageId)
    const bookings = (await calcom.bookingsWith(email)).length
    const preview = await rest.preview(wish)
    const begun = machineMs()
    const { series } = await rest.makeSeries({ ...wish, idempotencyKey: world.unique('series') })
    const ms = machineMs() - begun
    const sessions = (await rest.sessions(client.id)).filter(
      ({ series_id: id, status }) => id === series.id && status === 'scheduled',
    )
    const after = await rest.package(packageId)
    const booked = (await calcom.bookingsWith(email)).length - bookings
    const starts = sessions.map(({ start_at: at }) => at).toSorted()
    const isAsPreviewed = instants(starts) === instants(preview.dates.map(({ start_at: at }) => at))
    return {
      ok:
        sessions.length === COUNT &&
        isAsPreviewed &&
        after.sessions_left === before.sessions_left - COUNT &&
        booked === 0,
      ms,
      evidence: {
        series: series.id,
        sessions: sessions.length,
        first: starts[0] ?? null,
        last: starts.at(-1) ?? null,
        asPreviewed: isAsPreviewed,
        credits: `${before.sessions_left} → ${after.sessions_left}`,
        bookedAtProvider: booked,
      },
    }
  },
}

/** REST writes an instant with its milliseconds or without. */
const instants = (times: readonly string[]): string => times.map((at) => Date.parse(at)).join()

const wishOf = ({ client, packageId, userId }: Coach) => ({
  clientId: client.id,
  packageId,
  hostUserId: userId,
  frequency: 'weekly' as const,
  count: COUNT,
  weekday: 'tuesday',
  time: '10:00',
  timezone: 'Europe/Paris',
  startDate: new Date().toISOString().slice(0, 10),
})
