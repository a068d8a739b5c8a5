import { callJson } from '../../dev/demo/json-client.ts'
import type { Person } from '../support/people.ts'

/** One booking, as the provider knows it or as our records do. */
export interface Booking {
  readonly email: string
  readonly status: string
  readonly start: string
  readonly isNoShow: boolean
}

interface Truth {
  readonly user_email: string
  readonly email: string
  readonly status: string
  readonly start_time: string
  readonly no_show: boolean
  readonly new_invitee: string | null
}

interface MeetingLook {
  readonly status: string
  readonly start_at: string
  readonly invitees: readonly { email: string; status: string; no_show: boolean }[]
}

/** What the ledger of the sandbox says of an account's bookings; a moved one is the newest of it. */
export async function theirs(sandbox: string, account: string): Promise<Booking[]> {
  const { bookings } = await callJson<{ bookings: Truth[] }>(`${sandbox}/control/ledger`)
  return bookings
    .filter(({ user_email, new_invitee }) => user_email === account && new_invitee === null)
    .map(({ email, status, start_time, no_show }) => ({
      email,
      status,
      start: new Date(start_time).toISOString(),
      isNoShow: no_show,
    }))
    .toSorted(byEmail)
}

/** What REST shows a person of their meetings, all pages. */
export async function ours(person: Person): Promise<Booking[]> {
  const meetings = await person.all<MeetingLook>('/api/meetings')
  return meetings
    .flatMap(({ start_at, invitees }) =>
      invitees.map(({ email, status, no_show }) => ({
        email,
        status,
        start: new Date(start_at).toISOString(),
        isNoShow: no_show,
      })),
    )
    .toSorted(byEmail)
}

const byEmail = (a: Booking, b: Booking): number =>
  a.email < b.email ? -1 : a.email > b.email ? 1 : a.start < b.start ? -1 : 1
