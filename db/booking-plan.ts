import type { InviteeFact, SlotFact } from '../domain/booking.ts'
import { canonicalText } from '../domain/booking-merge.ts'
import { absorb, foldMeetings, type MeetingState } from '../domain/booking-state.ts'
import type { Knowledge } from './booking-knowledge.ts'
import type { Lineage } from './booking-load.ts'
import type { HostRow, InviteeRow, MeetingRow, SlotRow, WholeMeeting } from './booking-rows.ts'
import { assignIds } from './meeting-ids.ts'
import { meetingJson } from './meeting-json.ts'
import { planProspect, type ProspectPlan } from './prospect-plan.ts'

/** What must be written, and what of it people are told. */
export interface BookingPlan {
  readonly meetingId: string
  readonly prospect: ProspectPlan
  readonly meetings: readonly MeetingPlan[]
  /** Meetings that turned out to be part of an older one. */
  readonly merged: readonly { readonly id: string; readonly into: WholeMeeting }[]
  readonly slots: readonly SlotRow[]
  readonly invitees: readonly InviteeRow[]
}

/** One meeting: as it will be, whether the row must be written, and what people are told. */
export interface MeetingPlan {
  readonly after: WholeMeeting
  readonly isDirty: boolean
  readonly change: 'created' | 'updated' | 'canceled' | 'none'
}

/** Decides, without touching anything, what the rows should be after one more event. */
export function planBooking(knowledge: Knowledge): BookingPlan {
  const { booking, known } = knowledge
  const { event } = booking
  const facts = absorb(
    { slots: known.slots.map(factOf<SlotFact>), invitees: known.invitees.map(factOf<InviteeFact>) },
    event,
  )
  const invitee = facts.invitees.find(({ uri }) => uri === event.invitee.uri) ?? event.invitee
  const slot = facts.slots.find(({ uri }) => uri === event.slot.uri) ?? event.slot
  const folded = foldMeetings(facts)
  const { ids, merged } = assignIds(folded, known)
  const prospect = planProspect(knowledge, { invitee, slot })
  const wholes = folded.map((state, index) =>
    wholeMeeting({ knowledge, prospect, id: ids[index] ?? '' }, state, facts.invitees),
  )
  const meetingIds = new Map(
    wholes.flatMap(({ row }, index) =>
      (folded[index]?.slotUris ?? []).map((uri) => [uri, row.id] as const),
    ),
  )
  return {
    meetingId: meetingIds.get(invitee.slotUri) ?? '',
    prospect,
    meetings: wholes.map((after) => planMeeting(after, known)),
    merged: merged.flatMap(({ id, into }) =>
      wholes.filter(({ row }) => row.id === into).map((whole) => ({ id, into: whole })),
    ),
    slots: facts.slots
      .map((fact) => slotRow(knowledge, fact, meetingIds.get(fact.uri) ?? ''))
      .filter((row) =>
        differs(
          row,
          known.slots.find(({ slot_uri }) => slot_uri === row.slot_uri),
        ),
      ),
    invitees: wholes
      .flatMap((whole) => whole.invitees)
      .filter((row) =>
        differs(
          row,
          known.invitees.find((was) => was.invitee_uri === row.invitee_uri),
        ),
      ),
  }
}

const factOf = <Fact>({ fact }: { readonly fact: Fact }): Fact => fact

/** Times that only tell when we wrote don't count. */
const differs = (row: object, was: object | undefined): boolean =>
  was === undefined || comparable(row) !== comparable(was)

const comparable = (row: object): string =>
  canonicalText({ ...row, owner_user_id: 0, updated_at: 0, created_at: 0 })

const slotRow = ({ tx, booking }: Knowledge, fact: SlotFact, meetingId: string): SlotRow => ({
  organization_id: tx.organizationId,
  provider: booking.event.provider,
  slot_uri: fact.uri,
  meeting_id: meetingId,
  fact,
})

interface Frame {
  readonly knowledge: Knowledge
  readonly prospect: ProspectPlan
  readonly id: string
}

function wholeMeeting(
  frame: Frame,
  state: MeetingState,
  facts: readonly InviteeFact[],
): WholeMeeting {
  const { knowledge, prospect, id } = frame
  const { known } = knowledge
  const invitees = facts
    .filter(({ slotUri }) => state.slotUris.includes(slotUri))
    .map((fact) => inviteeRow(frame, state, fact))
  const owners = invitees.flatMap(({ invitee_uri, prospect_id }) => {
    if (prospect_id === prospect.row.id) return prospect.row.owner_user_id ?? []
    return known.invitees.find((was) => was.invitee_uri === invitee_uri)?.owner_user_id ?? []
  })
  return {
    row: meetingRow(frame, state),
    hosts: state.hosts.map((host) => hostRow(knowledge, id, host)),
    invitees,
    // Whose hook it came through may see it, even when nobody of ours hosts it.
    owners: owners.length > 0 ? owners : [knowledge.people.integrationUserId],
  }
}

function meetingRow({ knowledge, id }: Frame, state: MeetingState): MeetingRow {
  const { tx, booking, people, known } = knowledge
  const was = known.meetings.find((meeting) => meeting.id === id)
  const now = new Date().toISOString()
  return {
    organization_id: tx.organizationId,
    id,
    provider: booking.event.provider,
    integration_id: was?.integration_id ?? booking.integrationId,
    source_account_uri: was?.source_account_uri ?? people.sourceAccountUri,
    status: state.status,
    name: state.name,
    event_type_uri: state.eventTypeUri,
    start_at: new Date(state.startTime).toISOString(),
    end_at: new Date(state.endTime).toISOString(),
    location: state.location,
    join_url: state.location?.joinUrl ?? null,
    timezone: state.timezone,
    answers: state.answers,
    utm: state.utm,
    cancel_url: state.cancelUrl,
    reschedule_url: state.rescheduleUrl,
    guests: state.guests,
    capacity: state.capacity,
    slot_uri: state.slotUri,
    moved_count: state.movedCount,
    cancellation: state.cancellation,
    merged_into: null,
    created_at: was?.created_at ?? now,
    updated_at: now,
  }
}

function inviteeRow(frame: Frame, state: MeetingState, fact: InviteeFact): InviteeRow {
  const { knowledge, prospect, id } = frame
  const { tx, booking, known } = knowledge
  const shown = state.invitees.find(({ uri }) => uri === fact.uri)
  const was = known.invitees.find(({ invitee_uri }) => invitee_uri === fact.uri)
  return {
    organization_id: tx.organizationId,
    provider: booking.event.provider,
    invitee_uri: fact.uri,
    meeting_id: id,
    prospect_id:
      fact.uri === booking.event.invitee.uri ? prospect.row.id : (was?.prospect_id ?? null),
    slot_uri: fact.slotUri,
    old_invitee_uri: fact.oldInviteeUri,
    new_invitee_uri: fact.newInviteeUri,
    shown: shown !== undefined,
    status: shown?.status ?? 'rescheduled',
    no_show: fact.noShowUri !== null,
    name: fact.name,
    email: fact.email,
    fact,
    updated_at: new Date().toISOString(),
  }
}

function hostRow(
  { tx, people, known }: Knowledge,
  meetingId: string,
  { userUri, email, name }: MeetingState['hosts'][number],
): HostRow {
  const was = known.hosts.find(({ host_uri }) => host_uri === userUri)
  return {
    organization_id: tx.organizationId,
    meeting_id: meetingId,
    host_uri: userUri,
    user_id: people.users.get(userUri) ?? was?.user_id ?? null,
    email,
    name,
  }
}

function planMeeting(after: WholeMeeting, known: Lineage): MeetingPlan {
  const { id } = after.row
  const row = known.meetings.find((meeting) => meeting.id === id)
  if (row === undefined) return { after, isDirty: true, change: 'created' }
  const hosts = known.hosts.filter(({ meeting_id }) => meeting_id === id)
  const invitees = known.invitees.filter(({ meeting_id }) => meeting_id === id)
  const was = { ...row, start_at: iso(row.start_at), end_at: iso(row.end_at) }
  const isDirty = differs(after.row, was) || canonical(after.hosts) !== canonical(hosts)
  const [before, now] = [{ row, hosts, invitees }, after].map((whole) =>
    canonicalText({ ...meetingJson(whole), created_at: 0, updated_at: 0 }),
  )
  if (before === now) return { after, isDirty, change: 'none' }
  const isCanceled = after.row.status === 'canceled' && row.status === 'active'
  return { after, isDirty: true, change: isCanceled ? 'canceled' : 'updated' }
}

const iso = (text: string | null): string | null =>
  text === null ? null : new Date(text).toISOString()

const canonical = (hosts: readonly HostRow[]): string =>
  canonicalText(hosts.toSorted((a, b) => (a.host_uri < b.host_uri ? -1 : 1)))
