import { isRecord, textOf } from '../json.ts'
import type { Calcom } from './context.ts'
import { findUser } from './context.ts'
import type { Order, Person } from './new-booking.ts'
import { createEventType } from './people.ts'
import type { EventType, Recurrence, User } from './world.ts'

export interface SeriesOrder {
  order: Order
  recurrence: Recurrence
  stopAfter: number | undefined
}

/** Reads a booking order of control; a text says what is wrong with it. */
export function readOrder(calcom: Calcom, body: unknown): Order | string {
  const given = isRecord(body) ? body : {}
  const host = findUser(calcom, given['user'])
  if (host === undefined) return 'user must name a known user'
  const person = readPerson(given['invitee'] ?? given['attendee'])
  if (person === undefined) return 'invitee needs email and name'
  const start = readStart(calcom, textOf(given, 'start_time'))
  if (Number.isNaN(start)) return 'start_time is no time'
  const eventType = findEventType(calcom, host, given)
  if (eventType === undefined) return 'event_type is not known'
  return {
    eventType,
    host,
    start,
    person,
    minutes: Number(given['minutes'] ?? eventType.length),
    guests: Array.isArray(given['guests']) ? given['guests'].map(String) : [],
    notes: textOf(given, 'notes') ?? null,
    location: textOf(given, 'location') ?? 'integrations:google:meet',
    videoUrl: given['video_url'] === null ? null : videoUrlOf(given),
    answers: isRecord(given['answers']) ? given['answers'] : {},
    metadata: isRecord(given['metadata']) ? given['metadata'] : {},
  }
}

/** Reads an order of a series: weekly, four times, unless it says otherwise. */
export function readSeries(calcom: Calcom, body: unknown): SeriesOrder | string {
  const given = isRecord(body) ? body : {}
  const host = findUser(calcom, given['user'])
  if (host === undefined) return 'user must name a known user'
  const number = (name: string, usual: number) => Number(given[name] ?? usual)
  const recurrence = {
    freq: number('freq', 2),
    interval: number('interval', 1),
    count: number('count', 4),
  }
  const slug = `series-${calcom.world.eventTypes.by('owner', String(host.id)).length + 1}`
  const requiresConfirmation = given['requires_confirmation'] === true
  const wishes = { owner: host, slug, recurrence, requiresConfirmation }
  const { id } = createEventType(calcom, wishes)
  const order = readOrder(calcom, { ...given, event_type: id })
  if (typeof order === 'string') return order
  const { stop_after: stopAfter } = given
  return { order, recurrence, stopAfter: stopAfter === undefined ? undefined : Number(stopAfter) }
}

/** The start asked for, else a free hour of its own a week ahead. */
export function readStart(calcom: Calcom, text: string | undefined): number {
  if (text !== undefined) return Date.parse(text)
  const day = Math.ceil(Date.now() / 86_400_000) + 7
  const count = calcom.world.sequences.get('booking')?.last ?? 0
  return day * 86_400_000 + (count % 2000) * 3_600_000
}

/** Who books, from a body that names them. */
export function readPerson(given: unknown): Person | undefined {
  const person = isRecord(given) ? given : {}
  const email = textOf(person, 'email')
  const name = textOf(person, 'name')
  if (email === undefined || name === undefined || name === '') return undefined
  return {
    email,
    name,
    timeZone: textOf(person, 'timeZone') ?? textOf(person, 'timezone') ?? 'Europe/Paris',
    phoneNumber: textOf(person, 'phoneNumber') ?? null,
    responses: isRecord(person['answers']) ? person['answers'] : {},
  }
}

/** A place named by marker has its link elsewhere; a static link is the place itself. */
function videoUrlOf(given: Record<string, unknown>): string | null {
  const location = textOf(given, 'location')
  const isMarker = location === undefined || location.startsWith('integrations:')
  return textOf(given, 'video_url') ?? (isMarker ? 'https://meet.example.test/fake-link' : null)
}

/** The event type named by id or slug, or one of the host's that fits the wishes. */
function findEventType(
  calcom: Calcom,
  host: User,
  given: Record<string, unknown>,
): EventType | undefined {
  const own = calcom.world.eventTypes.by('owner', String(host.id))
  const named = given['event_type']
  if (named !== undefined) return own.find(({ id, slug }) => id === named || slug === named)
  const wishes = {
    requiresConfirmation: given['requires_confirmation'] === true,
    price: Number(given['price'] ?? 0),
    seats: given['seats'] === undefined ? null : Number(given['seats']),
    team: given['team'] === undefined ? null : Number(given['team']),
  }
  const fits = own.find(
    (one) =>
      Object.entries(wishes).every(([name, value]) => one[name as keyof EventType] === value) &&
      one.recurrence === null,
  )
  if (fits !== undefined) return fits
  return createEventType(calcom, { owner: host, ...wishes, slug: `coaching-60-${own.length + 1}` })
}
