import type { CancellationFact, InviteeFact, LocationFact, SlotFact } from './booking.ts'

/**
 * What is known after one more fact about the same invitee. The order, number and delay of facts
 * never matter: this is a join (commutative, associative, idempotent). Each part joins by itself,
 * so nothing that is terminal can be undone by a newer text:
 *
 * - `canceled`, `rescheduled` and the links stay once known
 * - the no-show mark is that of the later `noShowAt`
 * - everything else is that of the later `updatedAt`, then of the greater text
 */
export function mergeInvitee(known: InviteeFact | undefined, incoming: InviteeFact): InviteeFact {
  if (known === undefined) return incoming
  const told = later(known, incoming, inviteeText)
  const mark = later(known, incoming, markText)
  return {
    ...told,
    status: isCanceled(known, incoming) ? 'canceled' : 'active',
    rescheduled: known.rescheduled || incoming.rescheduled,
    oldInviteeUri: greater(known.oldInviteeUri, incoming.oldInviteeUri),
    newInviteeUri: greater(known.newInviteeUri, incoming.newInviteeUri),
    noShowUri: mark.noShowUri,
    noShowAt: mark.noShowAt,
    cancellation: joinCancellation(known.cancellation, incoming.cancellation),
  }
}

/**
 * What is known after one more fact about the same slot: the same kind of join. `canceled` stays,
 * a known location is never forgotten, the rest is that of the later `updatedAt`.
 */
export function mergeSlot(known: SlotFact | undefined, incoming: SlotFact): SlotFact {
  if (known === undefined) return incoming
  return {
    ...later(known, incoming, slotText),
    status: isCanceled(known, incoming) ? 'canceled' : 'active',
    location: joinLocation(known.location, incoming.location),
  }
}

/**
 * Whether a merge taught us anything. A later look at an unmarked invitee moves `noShowAt` alone,
 * which is no news.
 */
export function isNews(known: InviteeFact | undefined, merged: InviteeFact): boolean {
  if (known === undefined) return true
  return canonicalText({ ...known, noShowAt: '' }) !== canonicalText({ ...merged, noShowAt: '' })
}

const isCanceled = (a: { status: string }, b: { status: string }): boolean =>
  a.status === 'canceled' || b.status === 'canceled'

/** The fact whose text is greater. Texts begin with the version, so the later one wins. */
const later = <T>(a: T, b: T, textOf: (fact: T) => string): T => (textOf(a) >= textOf(b) ? a : b)

const greater = (a: string | null, b: string | null): string | null =>
  a === null || (b !== null && b > a) ? b : a

// A comparison may look only at what it chooses: a part that joins by itself would leak its own
// order into this one, and the join would no longer be associative.
function inviteeText(fact: InviteeFact): string {
  const told = {
    ...fact,
    status: 0,
    rescheduled: 0,
    oldInviteeUri: 0,
    newInviteeUri: 0,
    noShowUri: 0,
    noShowAt: 0,
    cancellation: 0,
  }
  return fact.updatedAt + canonicalText(told)
}

const slotText = (fact: SlotFact): string =>
  fact.updatedAt + canonicalText({ ...fact, status: 0, location: 0 })

const markText = ({ noShowAt, noShowUri }: InviteeFact): string => noShowAt + (noShowUri ?? '')

function joinCancellation(
  a: CancellationFact | null,
  b: CancellationFact | null,
): CancellationFact | null {
  if (a === null || b === null) return a ?? b
  return later(a, b, (fact) => (fact.at ?? '') + canonicalText(fact))
}

/** At the same moment a location further on its way to being final wins. */
function joinLocation(a: LocationFact | null, b: LocationFact | null): LocationFact | null {
  if (a === null || b === null) return a ?? b
  return later(a, b, (fact) => `${fact.at}${progress(fact)}${canonicalText(fact)}`)
}

const PROGRESS = ['failed', 'initiated', 'processing', 'pushed']

const progress = ({ status }: LocationFact): number => PROGRESS.indexOf(status ?? '') + 1

/** JSON with sorted keys: equal facts have equal texts, whatever order they were built in. */
export function canonicalText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`
  const fields = value as Readonly<Record<string, unknown>>
  let text = ''
  // Every delivery comes through here: one text that grows costs half of what lists of pairs do.
  for (const key of Object.keys(fields).toSorted()) {
    if (text !== '') text += ','
    text += `${JSON.stringify(key)}:${canonicalText(fields[key])}`
  }
  return `{${text}}`
}
