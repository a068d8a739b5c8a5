import type { Answer, CancellationFact, LocationFact, Utm } from '../domain/booking.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { WholeMeeting } from './booking-rows.ts'

/** A meeting as REST and the sockets show it. */
export interface MeetingJson {
  readonly id: string
  readonly status: 'active' | 'canceled'
  readonly name: string | null
  readonly start_at: string | null
  readonly end_at: string | null
  readonly timezone: string | null
  readonly location: LocationFact | null
  readonly join_url: string | null
  readonly cancel_url: string | null
  readonly reschedule_url: string | null
  readonly provider: ProviderName
  readonly integration_id: string
  readonly source_account_uri: string | null
  readonly hosts: HostJson[]
  readonly invitees: InviteeJson[]
  readonly answers: Answer[]
  readonly utm: Utm | null
  readonly guests: { readonly email: string }[]
  readonly cancellation: CancellationFact | null
  readonly created_at: string
  readonly updated_at: string
}

interface HostJson {
  readonly user_id: string | null
  readonly name: string | null
  readonly email: string | null
  readonly host_uri: string
}

interface InviteeJson {
  readonly prospect_id: string | null
  readonly name: string | null
  readonly email: string | null
  readonly status: 'active' | 'canceled' | 'rescheduled'
  readonly no_show: boolean
}

/** What a meeting's JSON is made of. */
export type ShownMeeting = Pick<WholeMeeting, 'row' | 'hosts' | 'invitees'>

/** The meeting as people may see it; hosts and invitees in an order that never changes by itself. */
export function meetingJson({ row, hosts, invitees }: ShownMeeting): MeetingJson {
  return {
    id: row.id,
    status: row.status,
    name: row.name,
    start_at: iso(row.start_at),
    end_at: iso(row.end_at),
    timezone: row.timezone,
    location: row.location,
    join_url: row.join_url,
    cancel_url: row.cancel_url,
    reschedule_url: row.reschedule_url,
    provider: row.provider,
    integration_id: row.integration_id,
    source_account_uri: row.source_account_uri,
    hosts: hosts
      .toSorted((a, b) => (a.host_uri < b.host_uri ? -1 : 1))
      .map(({ user_id, name, email, host_uri }) => ({ user_id, name, email, host_uri })),
    invitees: invitees
      .filter(({ shown }) => shown)
      .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
      .map(({ prospect_id, name, email, status, no_show }) => ({
        prospect_id,
        name,
        email,
        status,
        no_show,
      })),
    answers: [...row.answers],
    utm: row.utm,
    guests: [...row.guests],
    cancellation: row.cancellation,
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  }
}

/** Who may see the meeting without seeing all: its hosts, and the owners of who booked it. */
export const meetingAudience = ({ hosts, owners }: WholeMeeting): string[] => [
  ...new Set([...hosts.flatMap(({ user_id }) => user_id ?? []), ...owners]),
]

const order = ({ fact, invitee_uri }: WholeMeeting['invitees'][number]): string =>
  fact.createdAt + invitee_uri

const iso = (text: string | null): string | null =>
  text === null ? null : new Date(text).toISOString()
