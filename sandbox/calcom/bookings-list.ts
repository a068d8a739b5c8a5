import { isRecord } from '../json.ts'
import type { Calcom } from './context.ts'
import { findUser } from './context.ts'
import type { Violation } from './problems.ts'
import { invalid } from './problems.ts'
import { eventTypeOf } from './context.ts'
import type { Booking, User } from './world.ts'

const STATUSES = ['upcoming', 'recurring', 'past', 'cancelled', 'unconfirmed']

const DATES = [
  'afterStart',
  'beforeEnd',
  'afterCreatedAt',
  'beforeCreatedAt',
  'afterUpdatedAt',
  'beforeUpdatedAt',
] as const

/** What each sorting parameter sorts by. */
const SORTS: Record<string, (booking: Booking) => number> = {
  sortStart: ({ start }) => start,
  sortEnd: ({ end }) => end,
  sortCreated: ({ createdAt }) => Date.parse(createdAt),
  sortUpdatedAt: ({ updatedAt }) => Date.parse(updatedAt),
}

type Test = (booking: Booking) => boolean

/** The bookings a user sees, filtered and sorted as the query asks; throws the 400 of a bad one. */
export function findBookings(calcom: Calcom, user: User, given: unknown): Booking[] {
  const query = isRecord(given) ? given : {}
  const violations = check(query)
  if (violations.length > 0) throw invalid(violations)
  const tests = [...dateTests(calcom, query), ...plainTests(calcom, query)]
  const found = calcom.world.bookings
    .all()
    .filter((booking) => isVisible(calcom, user, booking) && tests.every((test) => test(booking)))
  const sort = Object.keys(SORTS).find((name) => query[name] !== undefined) ?? 'sortStart'
  const key = SORTS[sort] ?? (({ start }) => start)
  const sign = query[sort] === 'desc' ? -1 : 1
  return found.toSorted((one, other) => sign * (key(one) - key(other)) || one.id - other.id)
}

function isVisible(calcom: Calcom, user: User, { host, attendees }: Booking): boolean {
  if (host === user.id) return true
  return attendees.some(({ email }) => findUser(calcom, email)?.id === user.id)
}

function check(query: Record<string, unknown>): Violation[] {
  const violations: Violation[] = []
  const say = (property: string, constraint: string, message: string) =>
    violations.push({ property, constraints: { [constraint]: message } })
  if (listOf(query['status']).some((status) => !STATUSES.includes(status))) {
    const message = 'Invalid status. Allowed are upcoming, recurring, past, cancelled, unconfirmed'
    say('status', 'isEnum', message)
  }
  for (const name of DATES) {
    const value = query[name]
    if (value === undefined) continue
    if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) continue
    say(name, 'isISO8601', `${name} must be a valid ISO 8601 date string`)
  }
  for (const name of Object.keys(SORTS)) {
    const value = query[name]
    if (value === undefined || value === 'asc' || value === 'desc') continue
    say(name, 'isEnum', `${name} must be either "asc" or "desc".`)
  }
  return violations
}

function dateTests(calcom: Calcom, query: Record<string, unknown>): Test[] {
  const read = (name: (typeof DATES)[number], test: (booking: Booking, at: number) => boolean) => {
    const value = query[name]
    if (typeof value !== 'string') return []
    const at = Date.parse(value)
    return [(booking: Booking) => test(booking, at)]
  }
  const aboutTimes = [
    ...read('afterStart', ({ start }, at) => start >= at),
    ...read('beforeEnd', ({ end }, at) => end <= at),
  ]
  return [
    // Complained of since 2024: these two may change nothing.
    ...(calcom.read('ignoreDateFilters') ? [] : aboutTimes),
    ...read('afterCreatedAt', ({ createdAt }, at) => Date.parse(createdAt) >= at),
    ...read('beforeCreatedAt', ({ createdAt }, at) => Date.parse(createdAt) <= at),
    ...read('afterUpdatedAt', ({ updatedAt }, at) => Date.parse(updatedAt) >= at),
    ...read('beforeUpdatedAt', ({ updatedAt }, at) => Date.parse(updatedAt) <= at),
  ]
}

function plainTests(calcom: Calcom, query: Record<string, unknown>): Test[] {
  const tests: Test[] = []
  const statuses = listOf(query['status'])
  const eventTypes = [...listOf(query['eventTypeId']), ...listOf(query['eventTypeIds'])]
  const teams = [...listOf(query['teamId']), ...listOf(query['teamsIds'])]
  const { attendeeEmail, attendeeName, bookingUid } = query
  if (statuses.length > 0) {
    tests.push((booking) => statuses.some((status) => isOf(calcom, booking, status)))
  }
  if (eventTypes.length > 0) tests.push(({ eventType }) => eventTypes.includes(String(eventType)))
  if (teams.length > 0) {
    tests.push((booking) => teams.includes(String(eventTypeOf(calcom, booking).team)))
  }
  if (attendeeEmail !== undefined) {
    tests.push(({ attendees }) => attendees.some(({ email }) => email === attendeeEmail))
  }
  if (attendeeName !== undefined) {
    tests.push(({ attendees }) => attendees.some(({ name }) => name === attendeeName))
  }
  if (bookingUid !== undefined) tests.push(({ uid }) => uid === bookingUid)
  return tests
}

function isOf({ clock }: Calcom, booking: Booking, status: string): boolean {
  const isAlive = booking.status === 'accepted' || booking.status === 'pending'
  const isOver = booking.end <= clock.now()
  if (status === 'cancelled') return !isAlive
  if (status === 'past') return isAlive && isOver
  if (status === 'unconfirmed') return booking.status === 'pending' && !isOver
  if (status === 'recurring') return isAlive && !isOver && booking.series !== null
  return isAlive && !isOver
}

function listOf(given: unknown): string[] {
  return typeof given === 'string' ? given.split(',').filter((part) => part !== '') : []
}
