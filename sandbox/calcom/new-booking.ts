import { randomBytes, randomUUID } from 'node:crypto'
import type { Calcom } from './context.ts'
import { keepBooking } from './true-state.ts'
import type { Attendee, Booking, EventType, User } from './world.ts'
import { nextNumber } from './world.ts'

export interface Person {
  email: string
  name: string
  timeZone: string
  phoneNumber: string | null
  responses: Record<string, unknown>
}

export interface Order {
  eventType: EventType
  host: User
  start: number
  minutes: number
  person: Person
  guests: string[]
  notes: string | null
  /** A marker, a static link, a phone or an address. */
  location: string
  videoUrl: string | null
  answers: Record<string, unknown>
  metadata: Record<string, unknown>
}

/** Keeps a booking of an order, told to nobody; `more` overrides what the order says nothing of. */
export function keepNewBooking(calcom: Calcom, order: Order, more: Partial<Booking> = {}): Booking {
  const { eventType, host, person } = order
  const uid = newUid()
  const now = new Date().toISOString()
  const booking: Booking = {
    uid,
    id: nextNumber(calcom.world, 'booking'),
    eventType: eventType.id,
    host: host.id,
    status: 'accepted',
    title: `${eventType.title} between ${host.name} and ${person.name}`,
    notes: order.notes,
    start: order.start,
    end: order.start + order.minutes * 60_000,
    attendees: [attendeeOf(person, eventType), ...order.guests.map(guestOf)],
    guests: order.guests,
    location: order.location,
    videoUrl: order.videoUrl,
    answers: order.answers,
    metadata: order.metadata,
    icsUid: `${uid}@cal.test`,
    sequence: 0,
    series: null,
    seriesCount: null,
    isRescheduled: false,
    rescheduledFrom: null,
    rescheduledTo: null,
    reschedulingReason: null,
    rescheduledBy: null,
    cancellationReason: null,
    cancelledBy: null,
    rejectionReason: null,
    paymentId: null,
    isPaid: false,
    isHostAbsent: false,
    createdAt: now,
    updatedAt: now,
    ...more,
  }
  keepBooking(calcom, booking)
  return booking
}

/** The attendee a person becomes; where seats are booked they get one. */
export function attendeeOf(person: Person, eventType: EventType): Attendee {
  return { ...person, absent: false, seat: eventType.seats === null ? null : randomUUID() }
}

/** A short text that changes with every booking, even of the same person and hour. */
export function newUid(): string {
  return randomBytes(16).toString('base64url').replaceAll(/[-_]/g, 'x')
}

/** A guest, of whom only the address is known. */
export function guestOf(email: string): Attendee {
  const name = email.split('@')[0] ?? ''
  const plain = { timeZone: 'Europe/Paris', phoneNumber: null, responses: {} }
  return { email, name, ...plain, absent: false, seat: null }
}
