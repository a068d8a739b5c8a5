import type { InviteeFact, SlotFact } from '../domain/booking.ts'
import type { SyncCursor } from '../domain/owner-state.ts'
import type { SessionFact } from '../domain/session-fact.ts'
import { isProviderError, type RateBudget } from '../providers/failures.ts'
import type { Provider } from '../providers/provider.ts'
import type { Reach } from './reach.ts'

/** A page of slots is read in a job of eight seconds: a few calls at a time, few enough to be polite. */
const LANES = 4

/** What a page may cost: one call for its slots, one for the people of each. */
const CALLS_A_PAGE = 20

/** Slots that are not begun by then are left to the next job: a job has eight seconds in all. */
const PORTION_MS = 4_000

/** One person in one slot, as the provider shows them now. */
export interface Seen {
  readonly slot: SlotFact
  readonly invitee: InviteeFact
}

/** A page with everybody in it; `unreadable` counts what could not be understood or seen. */
export interface SyncPage {
  readonly seen: readonly Seen[]
  /** The same as sessions, where the provider's bookings can become any. */
  readonly sessions: readonly SessionFact[]
  readonly unreadable: number
  readonly nextPage: string | null
  /** Where the next portion of this very page begins; null when all of it was read. */
  readonly nextSkip: number | null
  /** How long to rest, so that half of the provider's budget is left to people. */
  readonly restMs: number
}

/** Where a sync is in its window. */
type Place = Pick<SyncCursor, 'phase' | 'pageToken' | 'skip' | 'from' | 'to'>

/**
 * One page of slots with all their people, or as much of it as a slow provider gives in time. One
 * ill slot hides none of the others.
 */
export async function readPage(
  reach: Reach,
  place: Place,
  portionMs = PORTION_MS,
): Promise<SyncPage> {
  const begun = performance.now()
  const { provider, access, account, scope } = reach
  const page = await provider.listBookings(access, {
    account,
    scope,
    status: place.phase,
    from: new Date(place.from).toISOString(),
    to: new Date(place.to).toISOString(),
    changedSince: new Date(place.from).toISOString(),
    ...(place.pageToken !== null && { pageToken: place.pageToken }),
  })
  const skip = place.skip ?? 0
  const waiting = [...page.items.entries()].slice(skip)
  const people: Seen[][] = page.items.map(() => [])
  let isFirst = true
  let unreadable = skip === 0 ? page.unreadable.length : 0
  let restMs = restAfter(page.rate)
  const lane = async (): Promise<void> => {
    // However slow it is, one slot is read: else the same portion would be tried for ever.
    while (isFirst || performance.now() - begun < portionMs) {
      isFirst = false
      const next = waiting.shift()
      if (next === undefined) return
      const [at, { slot, invitees }] = next
      const read = invitees === null ? await peopleIn(reach, slot.uri) : { ...NOBODY, invitees }
      people[at] = read.invitees.map((invitee) => ({ slot, invitee }))
      unreadable += read.unreadable
      restMs = Math.max(restMs, read.restMs)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  const upTo = page.items.length - waiting.length
  const sessions = page.items.slice(skip, upTo).flatMap((item) => item.sessions)
  const nextSkip = waiting.length > 0 ? upTo : null
  return { seen: people.flat(), sessions, unreadable, restMs, nextPage: page.nextPage, nextSkip }
}

/** A slot that vanished or was closed to us between two calls is skipped: it must not stop a sync. */
async function peopleIn({ provider, access }: Reach, slotUri: string) {
  const invitees: InviteeFact[] = []
  let unreadable = 0
  let restMs = 0
  let pageToken: string | null = null
  do {
    const query = { slotUri, ...(pageToken !== null && { pageToken }) }
    let page: Awaited<ReturnType<Provider['listInvitees']>>
    try {
      page = await provider.listInvitees(access, query)
    } catch (error) {
      if (!isProviderError(error, 'notFound', 'role', 'forbiddenOrigin')) throw error
      return { invitees, restMs, unreadable: unreadable + 1 }
    }
    invitees.push(...page.items)
    unreadable += page.unreadable.length
    restMs = restAfter(page.rate)
    pageToken = page.nextPage
  } while (pageToken !== null)
  return { invitees, restMs, unreadable }
}

const NOBODY = { unreadable: 0, restMs: 0 } as const

/** The next page must leave half of the minute's calls untouched; else it waits for a new minute. */
function restAfter(rate: RateBudget | null): number {
  if (rate === null || rate.remaining >= rate.limit / 2 + CALLS_A_PAGE) return 0
  return rate.resetSeconds * 1_000
}
