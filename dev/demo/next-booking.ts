import type { Account } from './setting.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

/** Books somebody and promises whether the booking came by a delivery and is a prospect. */
export async function nextBookingArrives(
  { control, unique, patienceMs }: Pick<World, 'control' | 'unique' | 'patienceMs'>,
  { email: user, rest }: Pick<Account, 'email' | 'rest'>,
): Promise<boolean> {
  const email = `${unique('next')}@demo.example`
  const { invitee } = await control.book(user, { email, name: 'Nia Next' })
  const delivered = await until(
    () => control.deliveriesOf([invitee]),
    (deliveries) => deliveries.some(({ status }) => status === 200),
    patienceMs,
  )
  const found = await until(
    () => rest.prospects(email),
    (prospects) => prospects.length === 1,
    patienceMs,
  )
  return delivered.isGood && found.isGood
}
