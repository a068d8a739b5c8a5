import { instantOf } from '../../domain/instant.ts'
import type { Provider } from '../provider.ts'
import { type CalendlyPlace, callApi, pageOf } from './calls.ts'
import { inviteeFact, slotFact } from './facts.ts'
import { idOf, PAGE_SIZE } from './subscriptions.ts'

/**
 * Each slot costs a call of its own for its people: a page of them stays within twenty calls, so
 * that it fits into a job and into what a minute allows on the free plan.
 */
const SLOTS_AT_ONCE = '19'

type Bookings = Pick<Provider, 'listBookings' | 'listInvitees'>

/** Scheduled events and invitees: reference/calendly.md, section 7. `now` in unix milliseconds. */
export const createBookings = (place: CalendlyPlace, now: () => number): Bookings => ({
  listBookings: async (access, { account, scope, status, from, to, pageToken }) => {
    const operation = 'list scheduled events'
    const owner =
      scope === 'user' ? { user: account.userUri } : { organization: account.organizationUri }
    const answer = await callApi(place, access, {
      operation,
      method: 'GET',
      path: '/scheduled_events',
      query: {
        ...owner,
        status,
        min_start_time: from,
        max_start_time: to,
        sort: 'start_time:asc',
        count: SLOTS_AT_ONCE,
        page_token: pageToken,
      },
    })
    return pageOf(operation, answer, (item) => ({
      slot: slotFact(item),
      invitees: null,
      sessions: [],
    }))
  },

  listInvitees: async (access, { slotUri, pageToken }) => {
    const operation = 'list invitees'
    const path = `/scheduled_events/${idOf(place, { uri: slotUri, operation })}/invitees`
    // Taken before the call: a mark made while it runs is later than what it shows.
    const lookedAt = instantOf(now())
    const answer = await callApi(place, access, {
      operation,
      path,
      method: 'GET',
      query: { count: PAGE_SIZE, page_token: pageToken },
    })
    return pageOf(operation, answer, (item) => inviteeFact(item, lookedAt))
  },
})
