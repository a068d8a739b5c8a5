import { isRecord, textOf } from '../json.ts'
import type { ScheduledEvent } from './booking-rows.ts'
import type { Calendly } from './context.ts'
import { findUser, idOf } from './context.ts'
import type { Booking } from './slots.ts'
import type { User } from './world.ts'

const TRACKING = [
  'utm_campaign',
  'utm_source',
  'utm_medium',
  'utm_content',
  'utm_term',
  'salesforce_uuid',
]

/** Reads a booking order of control; a text says what is wrong with it. */
export function readBooking(calendly: Calendly, body: unknown): Booking | string {
  const given = isRecord(body) ? body : {}
  const names = [given['user'], ...(Array.isArray(given['hosts']) ? given['hosts'] : [])]
  const found = names.map((name) =>
    typeof name === 'string' ? findUser(calendly, name) : undefined,
  )
  const hosts = [...new Set(found)].filter((user): user is User => user !== undefined)
  if (found.includes(undefined)) return 'user and hosts must name known users'
  const event = findEvent(calendly, given['event'])
  if (given['event'] !== undefined && event === undefined) return 'event is not known'
  if (event !== undefined && activeIn(calendly, event) >= event.limit) return 'event is full'
  const invitee = isRecord(given['invitee']) ? given['invitee'] : {}
  const email = textOf(invitee, 'email')
  const first = textOf(invitee, 'first_name') ?? null
  const last = textOf(invitee, 'last_name') ?? null
  const name = textOf(invitee, 'name') ?? [first, last].filter((part) => part !== null).join(' ')
  if (email === undefined || name === '') return 'invitee needs email and name'
  const start = readStart(calendly, textOf(given, 'start_time'))
  if (Number.isNaN(start)) return 'start_time is no time'
  return {
    hosts,
    event,
    start,
    minutes: Number(given['minutes'] ?? 30),
    limit: Number(given['limit'] ?? 1),
    name: textOf(given, 'name') ?? 'Intro call',
    location: isRecord(given['location']) ? given['location'] : undefined,
    guests: Array.isArray(given['guests']) ? given['guests'].map(String) : [],
    invitee: {
      email,
      name,
      firstName: first,
      lastName: last,
      timezone: textOf(invitee, 'timezone') ?? 'Europe/Paris',
      answers: readAnswers(invitee['answers'] ?? invitee['questions_and_answers']),
      tracking: readTracking({
        ...invitee,
        ...nested(invitee, 'utm'),
        ...nested(invitee, 'tracking'),
      }),
      textReminderNumber: textOf(invitee, 'text_reminder_number') ?? null,
      schedulingMethod: null,
      scheduledBy: null,
      payment: isRecord(invitee['payment']) ? invitee['payment'] : null,
    },
  }
}

/** The start asked for, else a free slot of its own a week ahead. */
export function readStart(calendly: Calendly, text: string | undefined): number {
  if (text !== undefined) return Date.parse(text)
  const day = Math.ceil(Date.now() / 86_400_000) + 7
  return day * 86_400_000 + (calendly.world.events.all().length % 2000) * 1_800_000
}

/** The six fields Calendly tracks; `source` is understood as `utm_source`. */
export function readTracking(given: Record<string, unknown>): Record<string, string | null> {
  return Object.fromEntries(
    TRACKING.map((name) => [
      name,
      textOf(given, name) ?? textOf(given, name.replace('utm_', '')) ?? null,
    ]),
  )
}

/** Answers in order: full objects, or pairs of question and answer. */
function readAnswers(given: unknown) {
  if (isRecord(given)) {
    return Object.entries(given).map(([question, answer], position) => ({
      answer: String(answer),
      position,
      question,
    }))
  }
  if (!Array.isArray(given)) return []
  return given.filter(isRecord).map((one, position) => ({
    answer: textOf(one, 'answer') ?? '',
    position: Number(one['position'] ?? position),
    question: textOf(one, 'question') ?? '',
  }))
}

function nested(given: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = given[name]
  return isRecord(value) ? value : {}
}

function findEvent({ world }: Calendly, given: unknown): ScheduledEvent | undefined {
  return typeof given === 'string' ? world.events.get(idOf(given)) : undefined
}

function activeIn({ world }: Calendly, event: ScheduledEvent): number {
  return event.invitees.filter((id) => world.invitees.get(id)?.status === 'active').length
}
