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
  /** How long to rest, so that half of the provider's budget is left to people. */
  readonly restMs: number
}

/** Where a sync is in its window. */
type Place = Pick<SyncCursor, 'phase' | 'pageToken' | 'from' | 'to'>

/** One page of slots with all their people. One ill slot hides none of the others. */
export async function readPage(reach: Reach, place: Place): Promise<SyncPage> {
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
  const waiting = [...page.items.entries()]
  const people: Seen[][] = page.items.map(() => [])
  let unreadable = page.unreadable.length
  let restMs = restAfter(page.rate)
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, { slot, invitees }] = next
      const read = invitees === null ? await peopleIn(reach, slot.uri) : { ...NOBODY, invitees }
      people[at] = read.invitees.map((invitee) => ({ slot, invitee }))
      unreadable += read.unreadable
      restMs = Math.max(restMs, read.restMs)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  const sessions = page.items.flatMap((item) => item.sessions)
  return { seen: people.flat(), sessions, unreadable, restMs, nextPage: page.nextPage }
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
