import type { InviteeFact, LocationFact, SlotFact } from '../../domain/booking.ts'
import type { Fields } from '../fields.ts'
import { UnreadableError } from '../reading.ts'

/**
 * An invitee as webhooks and lists show it; a list knows nothing of what a delivery is about, so
 * the no-show mark is handed in where it takes more than one look to know it.
 * Shape: reference/calendly.md, section 5.3.
 */
export function inviteeFact(fields: Fields, noMarkSince: string | null): InviteeFact {
  const createdAt = fields.instant('created_at')
  const updatedAt = fields.maybeInstant('updated_at') ?? createdAt
  const mark = fields.maybeObject('no_show')
  const cancellation = fields.maybeObject('cancellation')
  const tracking = fields.maybeObject('tracking')
  return {
    uri: fields.uri('uri'),
    slotUri: fields.uri('event'),
    email: fields.text('email'),
    name: fields.maybeText('name'),
    firstName: fields.maybeText('first_name'),
    lastName: fields.maybeText('last_name'),
    timezone: fields.maybeText('timezone'),
    status: statusOf(fields),
    rescheduled: fields.maybeFlag('rescheduled'),
    oldInviteeUri: fields.maybeUri('old_invitee'),
    newInviteeUri: fields.maybeUri('new_invitee'),
    noShowUri: mark?.uri('uri') ?? null,
    noShowAt:
      mark === null ? (noMarkSince ?? createdAt) : (mark.maybeInstant('created_at') ?? updatedAt),
    answers: fields.objects('questions_and_answers').map((item, index) => ({
      question: item.maybeText('question') ?? '',
      answer: item.maybeText('answer') ?? '',
      position: item.maybeNumber('position') ?? index,
    })),
    utm: {
      campaign: tracking?.maybeText('utm_campaign') ?? null,
      source: tracking?.maybeText('utm_source') ?? null,
      medium: tracking?.maybeText('utm_medium') ?? null,
      content: tracking?.maybeText('utm_content') ?? null,
      term: tracking?.maybeText('utm_term') ?? null,
    },
    cancelUrl: fields.maybeLink('cancel_url'),
    rescheduleUrl: fields.maybeLink('reschedule_url'),
    cancellation:
      cancellation === null
        ? null
        : {
            by: sideOf(cancellation.maybeText('canceler_type')),
            canceledBy: cancellation.maybeText('canceled_by'),
            reason: cancellation.maybeText('reason'),
            at: cancellation.maybeInstant('created_at'),
          },
    createdAt,
    updatedAt,
  }
}

/** A scheduled event as webhooks and lists show it. */
export function slotFact(fields: Fields): SlotFact {
  const startTime = fields.instant('start_time')
  const endTime = fields.instant('end_time')
  if (endTime < startTime) throw new UnreadableError('inconsistent', `${fields.path}.end_time`)
  const createdAt = fields.maybeInstant('created_at')
  const updatedAt = fields.maybeInstant('updated_at') ?? createdAt
  if (updatedAt === null) throw new UnreadableError('missingField', `${fields.path}.updated_at`)
  const counter = fields.maybeObject('invitees_counter')
  return {
    uri: fields.uri('uri'),
    name: fields.maybeText('name'),
    eventTypeUri: fields.maybeUri('event_type'),
    startTime,
    endTime,
    status: statusOf(fields),
    location: locationFact(fields.maybeObject('location'), updatedAt),
    hosts: fields.objects('event_memberships').flatMap((host) => {
      const userUri = host.maybeUri('user')
      if (userUri === null) return []
      return [{ userUri, email: host.maybeText('user_email'), name: host.maybeText('user_name') }]
    }),
    guests: fields.objects('event_guests').flatMap((guest) => {
      const email = guest.maybeText('email')
      return email === null ? [] : [{ email }]
    }),
    capacity: counter?.maybeNumber('limit') ?? null,
    active: counter?.maybeNumber('active') ?? null,
    createdAt: createdAt ?? updatedAt,
    updatedAt,
  }
}

function locationFact(fields: Fields | null, at: string): LocationFact | null {
  const type = fields?.maybeText('type') ?? null
  if (fields === null || type === null) return null
  return {
    type,
    value: fields.maybeText('location'),
    joinUrl: fields.maybeLink('join_url'),
    status: fields.maybeText('status'),
    at,
  }
}

function statusOf(fields: Fields): 'active' | 'canceled' {
  const status = fields.maybeText('status') ?? 'active'
  if (status !== 'active' && status !== 'canceled')
    throw new UnreadableError('wrongType', `${fields.path}.status`)
  return status
}

const sideOf = (type: string | null): 'host' | 'invitee' | null =>
  type === 'host' || type === 'invitee' ? type : null
