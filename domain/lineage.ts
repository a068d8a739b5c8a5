import type { BookingEvent, InviteeFact } from './booking.ts'

/** The URIs of an event that decide which rows are loaded and locked together. */
export interface LineageLinks {
  readonly inviteeUris: readonly string[]
  readonly slotUris: readonly string[]
}

/** What a chain of reschedules hangs on: a booking of any kind, and its neighbours. */
export type Linked = Pick<InviteeFact, 'uri' | 'oldInviteeUri' | 'newInviteeUri' | 'createdAt'>

/** The URIs an invitee names: its own and both neighbours'. Two that share one belong together. */
export const linksOf = (fact: Linked): readonly string[] =>
  [fact.oldInviteeUri, fact.uri, fact.newInviteeUri].filter((uri) => uri !== null)

/**
 * What to lock (sorted, so that two transactions never wait for each other) and to load before an
 * event is applied: every invitee whose own links meet `inviteeUris`, everybody in `slotUris`, and
 * all that share a meeting with one of those.
 */
export const lineageLinks = ({ invitee, slot }: BookingEvent): LineageLinks => ({
  inviteeUris: [...new Set(linksOf(invitee))].toSorted(),
  slotUris: [...new Set([slot.uri, invitee.slotUri])].toSorted(),
})

/** Tells each invitee of its successor where only the successor has said so. */
export function linkSuccessors<Fact extends Linked>(invitees: readonly Fact[]): Fact[] {
  const successors = new Map<string, string>()
  for (const { uri, oldInviteeUri } of invitees) {
    if (oldInviteeUri === null || oldInviteeUri === uri) continue
    const known = successors.get(oldInviteeUri)
    // Two successors never come from an honest provider: any choice does, if it is always the same.
    if (known === undefined || uri > known) successors.set(oldInviteeUri, uri)
  }
  return invitees.map((fact) => {
    const successor = successors.get(fact.uri)
    if (successor === undefined) return fact
    const isKnown = fact.newInviteeUri !== null && fact.newInviteeUri >= successor
    return isKnown ? fact : { ...fact, newInviteeUri: successor }
  })
}

/** The invitees in groups that are linked to one another, however far apart in the chain. */
export function chainsOf(invitees: readonly InviteeFact[]): InviteeFact[][] {
  const leaders = new Map<string, string>()
  const leaderOf = (uri: string): string => {
    let leader = uri
    for (let next = leaders.get(leader); next !== undefined; next = leaders.get(leader))
      leader = next
    return leader
  }
  for (const fact of invitees)
    for (const uri of linksOf(fact)) {
      const [a, b] = [leaderOf(fact.uri), leaderOf(uri)]
      if (a !== b) leaders.set(a, b)
    }
  const chains = Map.groupBy(invitees, ({ uri }) => leaderOf(uri))
  return [...chains.values()]
}

/** Whether the person left this slot for another one, as far as anybody has said. */
export const hasMoved = (fact: InviteeFact): boolean =>
  fact.newInviteeUri !== null || (fact.status === 'canceled' && fact.rescheduled)

/**
 * The newest invitee of a chain that we have seen: the one nobody in it follows. Where a chain is
 * broken or runs in a circle, the one made last.
 */
export function tipOf<Fact extends Linked>(chain: readonly Fact[]): Fact | undefined {
  const uris = new Set(chain.map(({ uri }) => uri))
  const followed = new Set(
    chain.flatMap(({ uri, newInviteeUri }) =>
      newInviteeUri !== null && uris.has(newInviteeUri) ? [uri] : [],
    ),
  )
  const ends = chain.filter(({ uri }) => !followed.has(uri))
  // An end whose named successor nobody has seen yet lies before a gap, not at the tip.
  const last = ends.filter(({ newInviteeUri }) => newInviteeUri === null)
  return newest(last.length > 0 ? last : ends) ?? newest(chain)
}

const newest = <Fact extends Linked>(facts: readonly Fact[]): Fact | undefined =>
  facts.reduce<Fact | undefined>(
    (best, fact) =>
      best === undefined || fact.createdAt + fact.uri > best.createdAt + best.uri ? fact : best,
    undefined,
  )
