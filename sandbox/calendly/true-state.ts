import { formatTime } from '../clock.ts'
import type { Invitee } from './booking-rows.ts'
import type { Calendly } from './context.ts'
import { uriOf } from './context.ts'
import { inviteeObject, inviteeUri } from './objects.ts'

/** Writes down what is now true of a booking. */
export function recordInvitee(calendly: Calendly, invitee: Invitee): void {
  calendly.ledger.recordBooking(trueState(calendly, invitee))
}

/** Every booking as it truly is, oldest first. */
export function trueBookings(calendly: Calendly): object[] {
  return calendly.world.invitees.all().map((invitee) => trueState(calendly, invitee))
}

function trueState(calendly: Calendly, invitee: Invitee) {
  const event = calendly.world.events.get(invitee.event)
  const shown = inviteeObject(calendly, invitee)
  const hosts = (event?.hosts ?? []).map((host) => uriOf(calendly, `users/${host}`))
  return {
    provider: 'calendly',
    user: hosts[0] ?? '',
    user_email: calendly.world.users.get(event?.hosts[0] ?? '')?.email ?? '',
    hosts,
    organization: uriOf(calendly, `organizations/${event?.organization ?? ''}`),
    invitee: inviteeUri(calendly, invitee),
    event: shown.event,
    status: invitee.status,
    event_status: event?.status ?? '',
    /** How many it can hold: more than one makes a group. */
    limit: event?.limit ?? 1,
    start_time: formatTime(event?.start ?? 0),
    end_time: formatTime(event?.end ?? 0),
    old_invitee: shown.old_invitee,
    new_invitee: shown.new_invitee,
    rescheduled: invitee.rescheduled,
    no_show: invitee.noShow !== null,
    no_show_uri: shown.no_show?.uri ?? null,
    canceler_type: invitee.cancellation?.canceler_type ?? null,
    email: invitee.email,
    name: invitee.name,
    first_name: invitee.firstName,
    last_name: invitee.lastName,
    timezone: invitee.timezone,
    questions_and_answers: invitee.answers,
    tracking: invitee.tracking,
    created_at: invitee.createdAt,
    updated_at: invitee.updatedAt,
  }
}
