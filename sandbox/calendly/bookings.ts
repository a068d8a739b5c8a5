import { randomUUID } from 'node:crypto'
import { stamp } from '../clock.ts'
import type { Cancellation, Invitee, ScheduledEvent } from './booking-rows.ts'
import type { Calendly } from './context.ts'
import type { Dispatcher } from './dispatcher.ts'
import { inviteeNews } from './news.ts'
import type { Booked, Booking } from './slots.ts'
import { endInvitee, eventOf, hostName, place } from './slots.ts'
import { recordInvitee } from './true-state.ts'

export interface Desk {
  calendly: Calendly
  dispatcher: Dispatcher
}

/** Books a slot, or a seat in a group event, and tells every hook concerned. */
export function book({ calendly, dispatcher }: Desk, booking: Booking): Booked {
  const booked = place(calendly, booking, null)
  dispatcher.announce([inviteeNews(calendly, { name: 'invitee.created', ...booked })])
  return booked
}

/** Cancels one invitee; the event ends with its last active one. */
export function cancelInvitee(
  { calendly, dispatcher }: Desk,
  given: { invitee: Invitee; by: 'host' | 'invitee'; reason: string | null },
): Booked {
  const event = eventOf(calendly, given.invitee)
  const name = given.by === 'host' ? hostName(calendly, event) : given.invitee.name
  endInvitee(calendly, given.invitee, {
    canceled_by: name,
    canceler_type: given.by,
    reason: given.reason,
  })
  const booked = { invitee: given.invitee, event }
  dispatcher.announce([inviteeNews(calendly, { name: 'invitee.canceled', ...booked })])
  return booked
}

/** Moves an invitee: a new event and a new invitee, linked with the old, told in two deliveries. */
export function reschedule(
  { calendly, dispatcher }: Desk,
  given: { invitee: Invitee; start: number; by: 'host' | 'invitee'; createdFirst: boolean },
): Booked {
  const { invitee } = given
  const event = eventOf(calendly, invitee)
  const hosts = event.hosts.flatMap((host) => calendly.world.users.get(host) ?? [])
  const moved = place(
    calendly,
    {
      hosts,
      start: given.start,
      minutes: (event.end - event.start) / 60_000,
      limit: event.limit,
      name: event.name,
      location: undefined,
      guests: event.guests.map(({ email }) => email),
      invitee,
    },
    invitee.uuid,
  )
  invitee.rescheduled = true
  invitee.newInvitee = moved.invitee.uuid
  const canceler = given.by === 'host' ? hostName(calendly, event) : invitee.name
  endInvitee(calendly, invitee, { canceled_by: canceler, canceler_type: given.by, reason: null })
  const canceled = inviteeNews(calendly, { name: 'invitee.canceled', invitee, event })
  const created = inviteeNews(calendly, { name: 'invitee.created', ...moved })
  dispatcher.announceInOrder(given.createdFirst ? [created, canceled] : [canceled, created])
  return moved
}

/** Marks or unmarks a no-show; doing so twice tells nobody. */
export function setNoShow({ calendly, dispatcher }: Desk, invitee: Invitee, set: boolean): Booked {
  const { world } = calendly
  const event = eventOf(calendly, invitee)
  if (set === (invitee.noShow !== null)) return { invitee, event }
  if (invitee.noShow !== null) world.noShows.remove(invitee.noShow.uuid)
  invitee.noShow = set ? { uuid: randomUUID(), created_at: stamp() } : null
  invitee.updatedAt = stamp()
  if (invitee.noShow !== null) {
    world.noShows.put({ uuid: invitee.noShow.uuid, invitee: invitee.uuid })
  }
  world.invitees.put(invitee)
  recordInvitee(calendly, invitee)
  const name = set ? 'invitee_no_show.created' : 'invitee_no_show.deleted'
  dispatcher.announce([inviteeNews(calendly, { name, invitee, event })])
  return { invitee, event }
}

/** Cancels every active invitee of an event in one go, each told on its own. */
export function cancelEvent(
  { calendly, dispatcher }: Desk,
  given: { event: ScheduledEvent; reason: string | null; by: string },
): Cancellation | null {
  const { event, reason, by } = given
  const active = event.invitees
    .flatMap((id) => calendly.world.invitees.get(id) ?? [])
    .filter((invitee) => invitee.status === 'active')
  for (const invitee of active) {
    endInvitee(calendly, invitee, { canceled_by: by, canceler_type: 'host', reason })
  }
  dispatcher.announce(
    active.map((invitee) => inviteeNews(calendly, { name: 'invitee.canceled', invitee, event })),
  )
  return event.cancellation
}
