import type { Invitee, ScheduledEvent } from './booking-rows.ts'
import type { Calendly } from './context.ts'
import { inviteeUri, payloadObject } from './objects.ts'

/** Something that happened, as hooks are told of it. */
export interface News {
  name: string
  /** When it happened: the envelope says it to the second. */
  at: string
  organization: string
  /** Whose it is: the hosts of a booking, the owner of an event type, nobody of a form. */
  people: string[]
  /** The address of the invitee it tells of, if it tells of one. */
  invitee: string | null
  payload: object
}

/** What is told of a booking: written now, a later change does not show in it. */
export function inviteeNews(
  calendly: Calendly,
  { name, invitee, event }: { name: string; invitee: Invitee; event: ScheduledEvent },
): News {
  const payload = payloadObject(calendly, invitee, event)
  return {
    name,
    // The second of what it tells about: a clock read later might show the next one.
    at: invitee.updatedAt,
    organization: event.organization,
    people: event.hosts,
    invitee: inviteeUri(calendly, invitee),
    payload,
  }
}
