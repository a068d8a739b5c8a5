import type { Account } from './setting.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

/**
 * Books somebody else and promises that the booking has gone all the way. Whatever the system was
 * given before has had its effects by then, or has none: so "nothing came of it" can be said
 * without waiting for nothing.
 */
export async function passMarker(
  world: World,
  account: Pick<Account, 'email' | 'rest'>,
): Promise<{ readonly email: string; readonly isPast: boolean }> {
  const email = `${world.unique('marker')}@demo.example`
  await world.control.book(account.email, { email, name: 'Marker' })
  const { isGood } = await until(
    async () => ({
      prospects: await account.rest.prospects(email),
      events: await account.rest.deliveredEvents(),
    }),
    ({ prospects, events }) =>
      prospects.length === 1 && events.every(({ status }) => status === 'processed'),
    world.patienceMs,
  )
  return { email, isPast: isGood }
}
