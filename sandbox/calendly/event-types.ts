import { randomUUID } from 'node:crypto'
import { stamp } from '../clock.ts'
import { escapeHtml } from '../page.ts'
import type { EventType } from './catalog-rows.ts'
import type { Calendly } from './context.ts'
import { uriOf } from './context.ts'
import type { News } from './news.ts'
import { inOrder } from './objects.ts'
import type { User } from './world.ts'

export type EventTypeChange = 'created' | 'updated' | 'deleted'

/** A one-on-one event type of somebody. */
export function newEventType(
  user: Pick<User, 'uuid'>,
  given: Partial<EventType> & Pick<EventType, 'name'>,
): EventType {
  const now = stamp()
  return {
    uuid: randomUUID(),
    user: user.uuid,
    slug: given.name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    active: true,
    duration: 30,
    description: null,
    secret: false,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    ...given,
  }
}

/**
 * What is told of an event type; a deleted one is told whole, with `deleted_at`.
 * Source: webhook payload model. Unknown: whom a user or group hook hears of; here, of its owner.
 */
export function eventTypeNews(calendly: Calendly, type: EventType, change: EventTypeChange): News {
  return {
    name: `event_type.${change}`,
    at: type.updatedAt,
    organization: calendly.world.users.get(type.user)?.organization ?? '',
    people: [type.user],
    invitee: null,
    payload: eventTypeObject(calendly, type),
  }
}

/**
 * An event type, keys in order: the fields of the export of 2023-01 and those that came later.
 * Of the later ones only the names are known: `duration_options`, `locations` and `position` are
 * as empty as they can be. Every event type here is one person's; pooled ones are not made.
 */
export function eventTypeObject(calendly: Calendly, type: EventType): object {
  const owner = calendly.world.users.get(type.user)
  const { description } = type
  return inOrder({
    uri: uriOf(calendly, `event_types/${type.uuid}`),
    name: type.name,
    active: type.active,
    slug: type.slug,
    scheduling_url: `${calendly.address.site}/book/${owner?.slug ?? ''}`,
    duration: type.duration,
    duration_options: null,
    kind: 'solo',
    kind_description: 'One-on-One',
    pooling_type: null,
    type: 'StandardEventType',
    color: '#0069ff',
    created_at: type.createdAt,
    updated_at: type.updatedAt,
    deleted_at: type.deletedAt,
    internal_note: null,
    description_plain: description,
    description_html: description === null ? null : `<p>${escapeHtml(description)}</p>`,
    profile: {
      type: 'User',
      name: owner?.name ?? '',
      owner: uriOf(calendly, `users/${type.user}`),
    },
    secret: type.secret,
    booking_method: 'instant',
    custom_questions: [],
    admin_managed: false,
    locale: 'en',
    locations: null,
    position: 0,
  })
}
