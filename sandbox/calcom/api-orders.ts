import { isRecord, textOf } from '../json.ts'
import type { Calcom } from './context.ts'
import { findUser } from './context.ts'
import type { Order } from './new-booking.ts'
import { readPerson } from './orders.ts'
import type { Violation } from './problems.ts'
import { invalid, problem } from './problems.ts'
import type { EventType, Recurrence } from './world.ts'

export interface ApiOrder extends Order {
  /** Set when the event type makes a series. */
  recurrence: Recurrence | null
}

/** Reads the body of `POST /v2/bookings`; throws what is wrong with it. */
export function readApiOrder(calcom: Calcom, given: unknown): ApiOrder {
  const body = isRecord(given) ? given : {}
  const start = readStart(body)
  const person = readPerson(body['attendee'])
  if (person === undefined) throw invalid([missing('attendee', 'name, email and timeZone')])
  const eventType = findEventType(calcom, body)
  const host = calcom.world.users.get(String(eventType.owner))
  if (host === undefined) throw problem(404, 'Event type has no host')
  if (start < Date.now()) throw problem(400, 'Attempting to book a meeting in the past.')
  const minutes = Number(body['lengthInMinutes'] ?? eventType.length)
  if (eventType.seats === null && isTaken(calcom, host.id, { start, minutes })) {
    throw problem(400, 'User either already has booking at this time or is not available')
  }
  return {
    eventType,
    host,
    start,
    minutes,
    person,
    guests: Array.isArray(body['guests']) ? body['guests'].map(String) : [],
    notes: null,
    location: 'integrations:google:meet',
    videoUrl: 'https://meet.example.test/fake-link',
    answers: isRecord(body['bookingFieldsResponses']) ? body['bookingFieldsResponses'] : {},
    metadata: isRecord(body['metadata']) ? body['metadata'] : {},
    recurrence: readRecurrence(eventType, body['recurrenceCount']),
  }
}

/** A moment of a body, which must be ISO 8601. */
export function readStart(body: Record<string, unknown>): number {
  const start = Date.parse(textOf(body, 'start') ?? '')
  if (!Number.isNaN(start)) return start
  throw invalid([missing('start', 'a valid ISO 8601 date string')])
}

function readRecurrence({ recurrence }: EventType, given: unknown): Recurrence | null {
  if (recurrence === null) return null
  const count = given === undefined ? recurrence.count : Number(given)
  if (count >= 1 && count <= recurrence.count) return { ...recurrence, count }
  throw problem(400, `recurrenceCount must not be greater than ${recurrence.count}`)
}

function findEventType(calcom: Calcom, body: Record<string, unknown>): EventType {
  const { eventTypeId } = body
  if (typeof eventTypeId === 'number') {
    const found = calcom.world.eventTypes.get(String(eventTypeId))
    if (found !== undefined) return found
    throw problem(404, `Event type with id=${eventTypeId} not found`)
  }
  const owner = findUser(calcom, body['username'])
  const own = calcom.world.eventTypes.by('owner', String(owner?.id))
  const found = own.find(({ slug }) => slug === body['eventTypeSlug'])
  if (found !== undefined) return found
  throw problem(404, 'Event type not found')
}

function isTaken(
  { world }: Calcom,
  host: number,
  { start, minutes }: { start: number; minutes: number },
): boolean {
  const end = start + minutes * 60_000
  return world.bookings
    .all()
    .some(
      (one) => one.host === host && one.status === 'accepted' && one.start < end && one.end > start,
    )
}

function missing(property: string, what: string): Violation {
  return { property, constraints: { isDefined: `${property} must be ${what}` } }
}
