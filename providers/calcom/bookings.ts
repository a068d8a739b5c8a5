import type { RemoteEvent } from '../../domain/booking.ts'
import { instantOf } from '../../domain/instant.ts'
import { answered, readEach } from '../answers.ts'
import type { Fields } from '../fields.ts'
import type { Access, Provider } from '../provider.ts'
import { addressFor, type CalcomPlace, callApi } from './calls.ts'
import { listedBooking, type Look, movedFrom, readBooking, seriesIn } from './listed.ts'

/** A hundred bookings have about 300 KB. */
const PAGE_SIZE = 100

/** Without it an older shape is answered, and nothing says so: section 5.1. */
const VERSION = { 'cal-api-version': '2024-08-13' }

const STATUSES = {
  active: 'upcoming,past,recurring,unconfirmed',
  canceled: 'cancelled',
} as const

type Bookings = Pick<Provider, 'listBookings' | 'listInvitees' | 'readBooking'>

/** Bookings with their people: reference/calcom.md, section 5.4. `now` in unix milliseconds. */
export const createBookings = (place: CalcomPlace, now: () => number): Bookings => ({
  listBookings: async (access, { status, from, to, changedSince, pageToken }) => {
    const operation = 'list bookings'
    const look = lookAt(place, access, now)
    const { part, skip } = placeIn(pageToken)
    const window = { afterStart: from, beforeEnd: to, sortStart: 'asc' }
    const changes = { afterUpdatedAt: changedSince, sortUpdatedAt: 'asc' }
    const answer = await callApi(place, access, {
      operation,
      method: 'GET',
      path: '/bookings',
      headers: VERSION,
      query: {
        status: STATUSES[status],
        ...(part === 'window' ? window : changes),
        take: String(PAGE_SIZE),
        skip: String(skip),
      },
    })
    const { value, rate } = answered(operation, answer, (fields) => ({
      ...readEach(fields.objects('data'), (item) => listedBooking(item, look)),
      hasNext: fields.object('pagination').maybeFlag('hasNextPage'),
    }))
    const { items, unreadable, hasNext } = value
    // What is asked for is not always what is filtered: issue 18010 of the provider.
    const [first, last] = [instantOf(Date.parse(from)), instantOf(Date.parse(to))]
    const isAskedFor = ({ slot }: RemoteEvent): boolean =>
      part === 'changes' || (slot.startTime >= first && slot.startTime <= last)
    const after = part === 'window' && changedSince !== undefined ? 'changes:0' : null
    const nextPage = hasNext ? `${part}:${skip + PAGE_SIZE}` : after
    return { items: items.filter(isAskedFor), unreadable, nextPage, rate }
  },

  /** Never asked: a list shows everybody. */
  listInvitees: async () => ({ items: [], nextPage: null, unreadable: [], rate: null }),

  readBooking: async (access, uid) => {
    const look = lookAt(place, access, now)
    const read = async (wanted: string): Promise<readonly Fields[]> => {
      const operation = 'read booking'
      const path = `/bookings/${encodeURIComponent(wanted)}`
      const answer = await callApi(place, access, {
        operation,
        method: 'GET',
        path,
        headers: VERSION,
      })
      const { value } = answered(operation, answer, (fields) => {
        const list = fields.objects('data')
        return list.length > 0 ? list : [fields.object('data')]
      })
      return value
    }
    const own = await read(uid)
    const [series, former] = [firstOf(own, seriesIn), firstOf(own, movedFrom)]
    const others = series === null || series === uid ? [] : await read(series)
    const before = former === null ? [] : await read(former)
    const all = new Map([...before, ...others, ...own].map((item) => [item.text('uid'), item]))
    const { items } = readEach([...all.values()], (item) => readBooking(item, look))
    return { value: items, rate: null }
  },
})

/**
 * A list has two parts: what begins in the window, whatever its date of change says, and what has
 * changed meanwhile, whenever it begins.
 */
function placeIn(pageToken: string | undefined): { part: 'window' | 'changes'; skip: number } {
  const [part, skip] = (pageToken ?? 'window:0').split(':')
  return { part: part === 'changes' ? 'changes' : 'window', skip: Number(skip) }
}

const firstOf = (
  items: readonly Fields[],
  partOf: (item: Fields) => string | null,
): string | null => items.map(partOf).find((part) => part !== null) ?? null

const lookAt = (place: CalcomPlace, access: Access, now: () => number): Look => ({
  address: addressFor(place, access),
  lookedAt: instantOf(now()),
})
