import type { Contact } from './catalog-rows.ts'
import type { Calendly } from './context.ts'
import { uriOf } from './context.ts'
import type { News } from './news.ts'
import { inOrder } from './objects.ts'

export type ContactChange = 'created' | 'updated' | 'deleted'

/** What is told of a contact of somebody; a deleted one is told by its address and when alone. */
export function contactNews(calendly: Calendly, contact: Contact, change: ContactChange): News {
  return {
    name: `contact.${change}`,
    at: contact.updatedAt,
    organization: calendly.world.users.get(contact.user)?.organization ?? '',
    people: [contact.user],
    invitee: null,
    payload: change === 'deleted' ? tombstone(calendly, contact) : contactObject(calendly, contact),
  }
}

/** Unknown but for its address: the shape of a contact is not in our papers, so it is minimal. */
export function contactObject(calendly: Calendly, contact: Contact): object {
  return inOrder({
    uri: uriOf(calendly, `contacts/${contact.uuid}`),
    email: contact.email,
    name: contact.name,
    created_at: contact.createdAt,
    updated_at: contact.updatedAt,
  })
}

/** Source: release note of 2026-05-27. */
function tombstone(calendly: Calendly, contact: Contact): object {
  return { deleted_at: contact.updatedAt, uri: uriOf(calendly, `contacts/${contact.uuid}`) }
}
