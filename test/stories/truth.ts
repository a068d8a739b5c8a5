import { normalizeEmail } from '../../domain/email.ts'
import type { Visitor } from '../sandbox/visitor.ts'

/** A meeting as people should see it; every list in one order. */
export interface MeetingLook {
  readonly slot: string
  readonly status: string
  readonly start: string
  readonly end: string
  readonly moved: number
  readonly hosts: readonly string[]
  /** URI, address, status, and whether they stayed away. */
  readonly people: readonly string[]
}

/** A prospect: address, name, and the host of their first booking. */
export type ProspectLook = readonly [email: string, name: string, owner: string]

/** Everything of one organization. */
export interface Look {
  readonly meetings: readonly MeetingLook[]
  readonly prospects: readonly ProspectLook[]
}

/** A booking as the ledger of the sandbox has it. */
interface TrueBooking {
  readonly invitee: string
  readonly event: string
  readonly status: string
  readonly event_status: string
  readonly limit: number
  readonly start_time: string
  readonly end_time: string
  readonly old_invitee: string | null
  readonly new_invitee: string | null
  readonly no_show: boolean
  readonly email: string
  readonly name: string
  readonly hosts: readonly [string, ...string[]]
  readonly created_at: string
}

/** What the records should say, from the ledger alone and by rules of its own. */
export async function lookAtTruth(visitor: Visitor): Promise<Look> {
  const { bookings } = (await visitor.ledger()) as { bookings: TrueBooking[] }
  const oldestFirst = bookings.toSorted((a, b) => compare(a.created_at, b.created_at))
  const groups = Map.groupBy(
    oldestFirst.filter(({ limit }) => limit > 1),
    ({ event }) => event,
  )
  const meetings = [...groups.values()].map(groupOf)
  // A single booking that nobody has moved on is the end of its chain.
  for (const last of oldestFirst)
    if (last.limit === 1 && last.new_invitee === null) meetings.push(singleOf(last, oldestFirst))
  const people = Map.groupBy(oldestFirst, ({ email }) => normalizeEmail(email))
  return {
    meetings: meetings.toSorted((a, b) => compare(a.slot, b.slot)),
    prospects: [...people]
      .map(([email, theirs]): ProspectLook => {
        return [email, theirs.at(-1)?.name ?? '', theirs[0]?.hosts[0] ?? '']
      })
      .toSorted(([a], [b]) => compare(a, b)),
  }
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function singleOf(last: TrueBooking, all: readonly TrueBooking[]): MeetingLook {
  let moved = 0
  for (let at: TrueBooking | undefined = last; at?.old_invitee != null; moved += 1) {
    const before: string = at.old_invitee
    at = all.find(({ invitee }) => invitee === before)
  }
  return { ...timesOf(last), status: last.status, moved, people: [personOf(last)] }
}

function groupOf(people: readonly TrueBooking[]): MeetingLook {
  const [first] = people
  if (first === undefined) throw new Error('a group without people')
  const seen = people.map(personOf).toSorted(compare)
  return { ...timesOf(first), status: first.event_status, moved: 0, people: seen }
}

const timesOf = ({ event, start_time, end_time, hosts }: TrueBooking) => ({
  slot: event,
  start: new Date(start_time).toISOString(),
  end: new Date(end_time).toISOString(),
  hosts: [...hosts].toSorted(compare),
})

const personOf = (one: TrueBooking): string =>
  [
    one.invitee,
    one.email,
    one.new_invitee === null ? one.status : 'rescheduled',
    one.no_show ? 'stayed away' : 'no mark',
  ].join(' ')
