/** Events that are subscribed to alike. */
export interface EventFamily {
  events: readonly string[]
  /** The scopes a subscription to them may have. */
  scopes: readonly string[]
  /** What the token must be allowed to read. */
  reads: string
  isPaid: boolean
}

/** The family of an event; nothing when there is no such event. */
export function familyOf(event: string): EventFamily | undefined {
  return FAMILIES.find(({ events }) => events.includes(event))
}

/** What a sample or a subscription may be asked for. */
export function isEventOf(event: string, scope: string): boolean {
  return familyOf(event)?.scopes.includes(scope) === true
}

/** Source: create webhook subscription page, and the release note of 2026-11-03 for the plans. */
const FAMILIES: readonly EventFamily[] = [
  {
    events: [
      'invitee.created',
      'invitee.canceled',
      'invitee_no_show.created',
      'invitee_no_show.deleted',
    ],
    scopes: ['organization', 'user', 'group'],
    reads: 'scheduled_events:read',
    isPaid: false,
  },
  {
    events: ['event_type.created', 'event_type.updated', 'event_type.deleted'],
    scopes: ['organization', 'user', 'group'],
    reads: 'event_types:read',
    isPaid: false,
  },
  {
    events: ['routing_form_submission.created'],
    scopes: ['organization'],
    reads: 'routing_forms:read',
    isPaid: true,
  },
  {
    events: ['meeting_recap.created', 'meeting_recap.updated', 'meeting_recap.deleted'],
    scopes: ['user'],
    reads: 'meeting_recaps:read',
    isPaid: true,
  },
  {
    events: ['contact.created', 'contact.updated', 'contact.deleted'],
    scopes: ['organization', 'user', 'group'],
    reads: 'contacts:read',
    isPaid: true,
  },
]
