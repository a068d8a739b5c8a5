import type { Answer, CancellationFact, GuestFact, LocationFact, Utm } from '../domain/booking.ts'
import type { InviteeFact, SlotFact } from '../domain/booking.ts'
import type { ProviderName } from '../domain/provider-name.ts'

/** A prospect's row; times as ISO texts, as JSON carries them. */
export interface ProspectRow {
  readonly organization_id: string
  readonly id: string
  readonly email: string
  readonly email_normalized: string
  readonly name: string | null
  readonly first_name: string | null
  readonly last_name: string | null
  readonly timezone: string | null
  readonly source: string
  readonly owner_user_id: string | null
  readonly owner_fixed: boolean
  readonly details_version: string
  readonly owner_version: string
  readonly created_at: string
  readonly updated_at: string
}

/** A meeting's row. */
export interface MeetingRow {
  readonly organization_id: string
  readonly id: string
  readonly provider: ProviderName
  readonly integration_id: string
  readonly source_account_uri: string | null
  readonly status: 'active' | 'canceled'
  readonly name: string | null
  readonly event_type_uri: string | null
  readonly start_at: string | null
  readonly end_at: string | null
  readonly location: LocationFact | null
  readonly join_url: string | null
  readonly timezone: string | null
  readonly answers: readonly Answer[]
  readonly utm: Utm | null
  readonly cancel_url: string | null
  readonly reschedule_url: string | null
  readonly guests: readonly GuestFact[]
  readonly capacity: number | null
  readonly slot_uri: string | null
  readonly moved_count: number
  readonly cancellation: CancellationFact | null
  readonly merged_into: string | null
  readonly created_at: string
  readonly updated_at: string
}

/** A slot, and the meeting it belongs to. */
export interface SlotRow {
  readonly organization_id: string
  readonly provider: ProviderName
  readonly slot_uri: string
  readonly meeting_id: string
  readonly fact: SlotFact
}

/** An invitee, and the meeting and prospect it belongs to. */
export interface InviteeRow {
  readonly organization_id: string
  readonly provider: ProviderName
  readonly invitee_uri: string
  readonly meeting_id: string
  readonly prospect_id: string | null
  readonly slot_uri: string | null
  readonly old_invitee_uri: string | null
  readonly new_invitee_uri: string | null
  readonly shown: boolean
  readonly status: 'active' | 'canceled' | 'rescheduled'
  readonly no_show: boolean
  readonly name: string | null
  readonly email: string | null
  readonly fact: InviteeFact
  readonly updated_at: string
}

/** A host of a meeting; `user_id` where it is a person of the organization. */
export interface HostRow {
  readonly organization_id: string
  readonly meeting_id: string
  readonly host_uri: string
  readonly user_id: string | null
  readonly email: string | null
  readonly name: string | null
}

/** A meeting with its people, and who owns the prospects in it. */
export interface WholeMeeting {
  readonly row: MeetingRow
  readonly hosts: readonly HostRow[]
  readonly invitees: readonly InviteeRow[]
  readonly owners: readonly string[]
}
