import type {
  Answer,
  BookingEvent,
  CancellationFact,
  GuestFact,
  HostFact,
  InviteeFact,
  LocationFact,
  SlotFact,
  Utm,
} from './booking.ts'
import type { Instant } from './instant.ts'
import { mergeInvitee, mergeSlot } from './booking-merge.ts'
import { chainsOf, hasMoved, linksOf, linkSuccessors, tipOf } from './lineage.ts'

/** All that is known of the bookings that hang together. */
export interface BookingFacts {
  readonly slots: readonly SlotFact[]
  readonly invitees: readonly InviteeFact[]
}

/** A person in a meeting. Somebody who moved to another slot stays here as `rescheduled`. */
export interface MeetingInvitee {
  readonly uri: string
  readonly slotUri: string
  readonly status: 'active' | 'canceled' | 'rescheduled'
  readonly isNoShow: boolean
  readonly email: string
  readonly name: string | null
}

/** A meeting as it stands: what the row, REST and the sockets show. */
export interface MeetingState {
  readonly status: 'active' | 'canceled'
  readonly isGroup: boolean
  /** The slot it takes place in now, and every slot it has been in. */
  readonly slotUri: string
  readonly slotUris: readonly string[]
  readonly name: string | null
  readonly eventTypeUri: string | null
  readonly startTime: Instant
  readonly endTime: Instant
  readonly timezone: string | null
  readonly location: LocationFact | null
  readonly capacity: number
  readonly hosts: readonly HostFact[]
  readonly guests: readonly GuestFact[]
  readonly invitees: readonly MeetingInvitee[]
  /** Those of the person who booked it; in a group, of the first who is still in. */
  readonly answers: readonly Answer[]
  readonly utm: Utm | null
  readonly cancelUrl: string | null
  readonly rescheduleUrl: string | null
  readonly cancellation: CancellationFact | null
  readonly movedCount: number
}

/** What is known after one more event. In whichever order events come, the end is the same. */
export function absorb(known: BookingFacts, { invitee, slot }: BookingEvent): BookingFacts {
  return {
    slots: replace(known.slots, slot, mergeSlot),
    invitees: linkSuccessors(replace(known.invitees, invitee, mergeInvitee)),
  }
}

function replace<T extends { readonly uri: string }>(
  facts: readonly T[],
  fact: T,
  merge: (known: T | undefined, incoming: T) => T,
): T[] {
  const known = facts.find(({ uri }) => uri === fact.uri)
  return [...facts.filter(({ uri }) => uri !== fact.uri), merge(known, fact)]
}

/**
 * The meetings that a set of facts amounts to.
 *
 * - **One person at a time** (capacity 1, however many hosts): the chain of invitees linked by
 *   reschedules is one meeting, in the state of its newest invitee. One who was moved but whose
 *   successor nobody has seen keeps it active at the old time: the successor is on its way.
 * - **A group** (capacity above 1, or several unlinked people in one slot): one meeting for each
 *   slot, with everybody who ever was in it. It is canceled when the provider canceled the slot, or
 *   when everybody left and the provider counts nobody either. Who moves leaves one meeting for
 *   another.
 */
export function foldMeetings(facts: BookingFacts): MeetingState[] {
  const slots = new Map(facts.slots.map((slot) => [slot.uri, slot]))
  const seen = linkSuccessors(facts.invitees.filter(({ slotUri }) => slots.has(slotUri)))
  const invitees = seen.toSorted((a, b) => compare(a.createdAt + a.uri, b.createdAt + b.uri))
  const chains = chainsOf(invitees)
  const groups = groupSlots(slots, chains)
  const singles = chains.filter((chain) => !chain.some(({ slotUri }) => groups.has(slotUri)))
  return [
    ...singles.map((chain) => singleMeeting(chain, slots)),
    ...[...groups].map((uri) => groupMeeting(uri, { slots, invitees })),
  ]
    .filter((meeting) => meeting !== undefined)
    .toSorted((a, b) => compare(a.slotUri, b.slotUri))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

type Slots = ReadonlyMap<string, SlotFact>

/** Slots that are groups; a chain that touches one is told slot by slot wherever it goes. */
function groupSlots(slots: Slots, chains: readonly (readonly InviteeFact[])[]): Set<string> {
  const chainsIn = new Map<string, number>()
  for (const chain of chains)
    for (const uri of new Set(chain.map(({ slotUri }) => slotUri)))
      chainsIn.set(uri, (chainsIn.get(uri) ?? 0) + 1)
  const isGroup = ({ slotUri }: InviteeFact): boolean =>
    (slots.get(slotUri)?.capacity ?? 1) > 1 || (chainsIn.get(slotUri) ?? 0) > 1
  return new Set(
    chains.filter((chain) => chain.some(isGroup)).flatMap((chain) => chain.map((f) => f.slotUri)),
  )
}

function singleMeeting(chain: readonly InviteeFact[], slots: Slots): MeetingState | undefined {
  const tip = tipOf(chain)
  const slot = tip === undefined ? undefined : slots.get(tip.slotUri)
  if (tip === undefined || slot === undefined) return undefined
  const isCanceled = tip.status === 'canceled' && !hasMoved(tip)
  // Everybody a chain names before its tip was moved, seen or not.
  const named = new Set(chain.flatMap(linksOf))
  const unseenSuccessor = tip.newInviteeUri === null ? 0 : 1
  return {
    ...slotSide(slot, false),
    ...bookerSide(tip),
    status: isCanceled ? 'canceled' : 'active',
    slotUris: [...new Set(chain.map(({ slotUri }) => slotUri))].toSorted(),
    invitees: [{ ...inMeeting(tip), status: isCanceled ? 'canceled' : 'active' }],
    cancellation: isCanceled ? tip.cancellation : null,
    movedCount: named.size - 1 - unseenSuccessor,
  }
}

function groupMeeting(
  uri: string,
  { slots, invitees }: { slots: Slots; invitees: readonly InviteeFact[] },
): MeetingState | undefined {
  const slot = slots.get(uri)
  const here = invitees.filter(({ slotUri }) => slotUri === uri)
  const first = here[0]
  if (slot === undefined || first === undefined) return undefined
  const people = here.map(inMeeting)
  const isEmpty = people.every(({ status }) => status !== 'active') && (slot.active ?? 0) === 0
  const isCanceled = slot.status === 'canceled' || isEmpty
  const stayed = here.find((_, index) => people[index]?.status === 'active') ?? first
  return {
    ...slotSide(slot, true),
    ...bookerSide(stayed),
    status: isCanceled ? 'canceled' : 'active',
    slotUris: [uri],
    invitees: people,
    cancellation: isCanceled
      ? (here.findLast((fact) => !hasMoved(fact))?.cancellation ?? null)
      : null,
    movedCount: 0,
  }
}

const slotSide = (slot: SlotFact, isGroup: boolean) => ({
  isGroup,
  slotUri: slot.uri,
  name: slot.name,
  eventTypeUri: slot.eventTypeUri,
  startTime: slot.startTime,
  endTime: slot.endTime,
  location: slot.location,
  capacity: slot.capacity ?? 1,
  hosts: slot.hosts,
  guests: slot.guests,
})

const bookerSide = (fact: InviteeFact) => ({
  timezone: fact.timezone,
  answers: fact.answers,
  utm: fact.utm,
  cancelUrl: fact.cancelUrl,
  rescheduleUrl: fact.rescheduleUrl,
})

const inMeeting = (fact: InviteeFact): MeetingInvitee => ({
  uri: fact.uri,
  slotUri: fact.slotUri,
  status: hasMoved(fact) ? 'rescheduled' : fact.status,
  isNoShow: fact.noShowUri !== null,
  email: fact.email,
  name: fact.name,
})
