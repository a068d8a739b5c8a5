import type { TenantTx } from '../../db/database.ts'
import { createClient } from '../../db/clients.ts'
import { createPackage } from '../../db/packages.ts'
import type { SessionFact } from '../../domain/session-fact.ts'

/** When the sessions of these facts take place: far enough that every package outlives them. */
const SESSION_START = '2199-03-02T10:00:00.000000Z'

/** A fact about a booking of one person, with everything that matters told. */
export function aFact(told: Partial<SessionFact> & { readonly bookingUid: string }): SessionFact {
  return {
    provider: 'calcom',
    kind: 'created',
    replacesUid: null,
    replacedByUid: null,
    seriesUid: null,
    startAt: SESSION_START,
    endAt: '2199-03-02T11:00:00.000000Z',
    occurredAt: '2198-01-01T00:00:00.000000Z',
    attendees: [{ email: 'Pat@Prospect.test', name: 'Pat', timezone: 'Europe/Paris' }],
    host: { email: 'rita@acme.test', name: 'Rita' },
    title: 'Coaching',
    meetingLink: 'https://meet.example.test/1',
    cancelledBy: null,
    reason: null,
    noShow: null,
    ...told,
  }
}

interface Wish {
  readonly userId: string
  readonly email?: string
  readonly sessions?: number
  readonly cutOffHours?: number
  readonly expiresAt?: Date
}

/** Makes a client; answers its id. */
export async function aClient(
  tx: TenantTx,
  { userId, email = 'pat@prospect.test' }: Wish,
): Promise<string> {
  const made = await createClient(tx, {
    email,
    name: 'Pat',
    timezone: 'Europe/Paris',
    userId: null,
    ownerUserId: userId,
  })
  if (made === 'taken') throw new Error('the client exists')
  return made.id
}

/** Makes a package of a client; answers its id. */
export const aPackage = (
  tx: TenantTx,
  clientId: string,
  { userId, sessions = 10, cutOffHours = 24, expiresAt = new Date('2199-12-31') }: Wish,
): Promise<string> =>
  createPackage(tx, {
    clientId,
    hostUserId: userId,
    sessionsTotal: sessions,
    sessionMinutes: 60,
    cutOffHours,
    expiresAt,
    actorUserId: userId,
  })
