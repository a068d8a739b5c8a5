import type { Coach } from './coach.ts'
import type { SessionJson } from './coaching-rest.ts'
import { until } from './until.ts'

/** A booking at Cal.com, and the session that it became. */
export interface SessionBooking {
  readonly uid: string
  readonly session: SessionJson | undefined
  /** From the provider's knowledge to the session read by REST. */
  readonly ms: number
}

/** The client books at Cal.com; promises the session, or none where it does not come in time. */
export async function bookSession(
  { calcom, rest, email, client }: Coach,
  patienceMs: number,
): Promise<SessionBooking> {
  const { uid, answeredAt } = await calcom.book(email, { email: client.email, name: client.name })
  const { seen, at } = await until(
    () => sessionOf(rest, client.id, uid),
    (session) => session !== undefined,
    patienceMs,
  )
  return { uid, session: seen, ms: at - answeredAt }
}

/** The session of a booking, by the booking's uid. */
export async function sessionOf(
  rest: Coach['rest'],
  clientId: string,
  uid: string,
): Promise<SessionJson | undefined> {
  const sessions = await rest.sessions(clientId)
  return sessions.find((session) => session.calcom_booking_id === uid)
}
