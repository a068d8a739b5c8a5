import { randomUUID } from 'node:crypto'
import { stamp } from '../clock.ts'
import type { Cancellation, Invitee, ScheduledEvent } from './booking-rows.ts'
import type { Calendly } from './context.ts'
import { recordInvitee } from './true-state.ts'
import type { User } from './world.ts'

export type InviteeFacts = Pick<
  Invitee,
  | 'email'
  | 'name'
  | 'firstName'
  | 'lastName'
  | 'timezone'
  | 'answers'
  | 'tracking'
  | 'textReminderNumber'
  | 'schedulingMethod'
  | 'scheduledBy'
  | 'payment'
>

export interface Booking {
  hosts: User[]
  /** A group event to join; its own times and limit hold. */
  event?: ScheduledEvent | undefined
  start: number
  minutes: number
  limit: number
  name: string
  location?: Record<string, unknown> | undefined
  guests: string[]
  invitee: InviteeFacts
}

export interface Booked {
  invitee: Invitee
  event: ScheduledEvent
}

/** Puts an invitee into an event, a new one unless the booking joins one. */
export function place(calendly: Calendly, booking: Booking, oldInvitee: string | null): Booked {
  const { world } = calendly
  const event = booking.event ?? newEvent(calendly, booking)
  const now = stamp()
  const { invitee: facts } = booking
  const invitee: Invitee = {
    uuid: randomUUID(),
    event: event.uuid,
    email: facts.email,
    name: facts.name,
    firstName: facts.firstName,
    lastName: facts.lastName,
    timezone: facts.timezone,
    status: 'active',
    answers: facts.answers,
    tracking: facts.tracking,
    textReminderNumber: facts.textReminderNumber,
    schedulingMethod: facts.schedulingMethod,
    scheduledBy: facts.scheduledBy,
    payment: facts.payment,
    rescheduled: false,
    oldInvitee,
    newInvitee: null,
    noShow: null,
    cancellation: null,
    createdAt: now,
    updatedAt: now,
  }
  event.invitees.push(invitee.uuid)
  if (booking.event !== undefined) event.updatedAt = stamp()
  world.invitees.put(invitee)
  world.events.put(event)
  recordInvitee(calendly, invitee)
  return { invitee, event }
}

/** Cancels an invitee; the event ends, with the same words, when nobody active is left. */
export function endInvitee(
  calendly: Calendly,
  invitee: Invitee,
  words: Omit<Cancellation, 'created_at'>,
): void {
  const { world } = calendly
  const { canceled_by, canceler_type, reason } = words
  const now = stamp()
  invitee.status = 'canceled'
  invitee.cancellation = { canceled_by, canceler_type, created_at: now, reason }
  invitee.updatedAt = now
  world.invitees.put(invitee)
  const event = eventOf(calendly, invitee)
  event.updatedAt = now
  const isOver = event.invitees.every((id) => world.invitees.get(id)?.status === 'canceled')
  if (isOver) {
    event.status = 'canceled'
    event.cancellation = invitee.cancellation
    const { location } = event
    if (location['status'] === 'processing') event.location = { ...location, status: 'pushed' }
  }
  world.events.put(event)
  recordInvitee(calendly, invitee)
}

/** The event an invitee belongs to. */
export function eventOf({ world }: Calendly, invitee: Invitee): ScheduledEvent {
  const event = world.events.get(invitee.event)
  if (event === undefined) throw new Error(`invitee ${invitee.uuid} has no event`)
  return event
}

/** The name a host cancels under. */
export function hostName({ world }: Calendly, event: ScheduledEvent): string {
  return world.users.get(event.hosts[0] ?? '')?.name ?? ''
}

function newEvent(calendly: Calendly, booking: Booking): ScheduledEvent {
  const uuid = randomUUID()
  const now = stamp()
  const [first] = booking.hosts
  const meet = `${calendly.address.site}/events/${uuid}/google_meet`
  return {
    uuid,
    name: booking.name,
    status: 'active',
    start: booking.start,
    end: booking.start + booking.minutes * 60_000,
    eventType: first?.eventType ?? '',
    hosts: booking.hosts.map((host) => host.uuid),
    organization: first?.organization ?? '',
    limit: booking.limit,
    location: booking.location ?? {
      join_url: meet,
      status: 'processing',
      type: 'google_conference',
    },
    guests: booking.guests.map((email) => ({ created_at: now, email, updated_at: now })),
    cancellation: null,
    invitees: [],
    createdAt: now,
    updatedAt: now,
  }
}
