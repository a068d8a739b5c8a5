import { formatTime } from '../clock.ts'
import type { Invitee, ScheduledEvent } from './booking-rows.ts'
import type { Calendly } from './context.ts'
import { uriOf } from './context.ts'
import type { Hook } from './hook-rows.ts'
import type { User } from './world.ts'

/** A user as `GET /users/me` shows them. */
export function userObject(calendly: Calendly, user: User) {
  return {
    avatar_url: null,
    created_at: user.createdAt,
    current_organization: uriOf(calendly, `organizations/${user.organization}`),
    email: user.email,
    locale: 'en',
    name: user.name,
    resource_type: 'User',
    scheduling_url: `${calendly.address.site}/book/${user.slug}`,
    slug: user.slug,
    time_notation: '24h',
    timezone: user.timezone,
    updated_at: user.updatedAt,
    uri: uriOf(calendly, `users/${user.uuid}`),
  }
}

/** A webhook subscription; its key is never shown. */
export function hookObject(calendly: Calendly, hook: Hook) {
  return {
    uri: uriOf(calendly, `webhook_subscriptions/${hook.uuid}`),
    callback_url: hook.url,
    created_at: hook.createdAt,
    updated_at: hook.updatedAt,
    retry_started_at: hook.retryStartedAt,
    state: hook.state,
    events: hook.events,
    scope: hook.scope,
    organization: uriOf(calendly, `organizations/${hook.organization}`),
    user: hook.user === null ? null : uriOf(calendly, `users/${hook.user}`),
    group: hook.scope === 'group' ? uriOf(calendly, `groups/${hook.group}`) : null,
    creator: uriOf(calendly, `users/${hook.creator}`),
  }
}

/** A scheduled event as it stands in a payload, keys in alphabetical order. */
function payloadEvent(calendly: Calendly, event: ScheduledEvent) {
  const { world } = calendly
  const active = event.invitees.filter((id) => world.invitees.get(id)?.status === 'active').length
  return {
    ...(event.cancellation === null ? {} : { cancellation: event.cancellation }),
    created_at: event.createdAt,
    end_time: formatTime(event.end),
    event_guests: event.guests,
    event_memberships: event.hosts.map((host) => membershipOf(calendly, host)),
    event_type: uriOf(calendly, `event_types/${event.eventType}`),
    invitees_counter: { total: event.invitees.length, active, limit: event.limit },
    location: event.location,
    meeting_notes_html: null,
    meeting_notes_plain: null,
    name: event.name,
    start_time: formatTime(event.start),
    status: event.status,
    updated_at: event.updatedAt,
    uri: uriOf(calendly, `scheduled_events/${event.uuid}`),
  }
}

/** A scheduled event as the API shows it: the payload's one, and where the calendar keeps it. */
export function eventObject(calendly: Calendly, event: ScheduledEvent) {
  const external = event.uuid.replaceAll('-', '')
  return {
    calendar_event: { kind: 'google', external_id: external },
    ...payloadEvent(calendly, event),
  }
}

/** An invitee as the API shows it, keys in alphabetical order; `cancellation` only when canceled. */
export function inviteeObject(calendly: Calendly, invitee: Invitee) {
  const { site } = calendly.address
  return {
    cancel_url: `${site}/cancellations/${invitee.uuid}`,
    ...(invitee.cancellation === null ? {} : { cancellation: invitee.cancellation }),
    created_at: invitee.createdAt,
    email: invitee.email,
    event: uriOf(calendly, `scheduled_events/${invitee.event}`),
    first_name: invitee.firstName,
    invitee_scheduled_by: invitee.scheduledBy,
    last_name: invitee.lastName,
    name: invitee.name,
    new_invitee: linkOf(calendly, invitee.newInvitee),
    no_show: noShowOf(calendly, invitee),
    old_invitee: linkOf(calendly, invitee.oldInvitee),
    payment: invitee.payment,
    questions_and_answers: invitee.answers,
    reconfirmation: null,
    reschedule_url: `${site}/reschedulings/${invitee.uuid}`,
    rescheduled: invitee.rescheduled,
    routing_form_submission: null,
    scheduling_method: invitee.schedulingMethod,
    status: invitee.status,
    text_reminder_number: invitee.textReminderNumber,
    timezone: invitee.timezone,
    tracking: invitee.tracking,
    updated_at: invitee.updatedAt,
    uri: inviteeUri(calendly, invitee),
  }
}

/** What a delivery says about an invitee: the API's object and its event, keys in order. */
export function payloadObject(calendly: Calendly, invitee: Invitee, event: ScheduledEvent): object {
  const scheduled_event = payloadEvent(calendly, event)
  return inOrder({ ...inviteeObject(calendly, invitee), scheduled_event })
}

/** An object with its keys in alphabetical order, as deliveries have them. */
export function inOrder(object: object): object {
  const entries = Object.entries(object)
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** The address of an invitee. */
export function inviteeUri(calendly: Calendly, invitee: Invitee): string {
  return uriOf(calendly, `scheduled_events/${invitee.event}/invitees/${invitee.uuid}`)
}

function membershipOf(calendly: Calendly, host: string) {
  const user = calendly.world.users.get(host)
  return {
    user: uriOf(calendly, `users/${host}`),
    user_email: user?.email ?? '',
    user_name: user?.name ?? '',
  }
}

function linkOf(calendly: Calendly, uuid: string | null): string | null {
  const invitee = uuid === null ? undefined : calendly.world.invitees.get(uuid)
  return invitee === undefined ? null : inviteeUri(calendly, invitee)
}

function noShowOf(calendly: Calendly, { noShow }: Invitee) {
  if (noShow === null) return null
  return {
    created_at: noShow.created_at,
    uri: uriOf(calendly, `invitee_no_shows/${noShow.uuid}`),
  }
}
