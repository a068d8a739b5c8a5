import type { Calendly } from './context.ts'
import type { Hook } from './hook-rows.ts'
import type { News } from './news.ts'

/** The active hooks that hear of it: those of its people, of their groups, of the organization. */
export function audienceOf({ world }: Calendly, news: News): Hook[] {
  const organizations = new Set([news.organization])
  for (const person of news.people) {
    const organization = world.users.get(person)?.organization
    if (organization !== undefined) organizations.add(organization)
  }
  return [...organizations]
    .flatMap((organization) => world.hooks.by('organization', organization))
    .filter((hook) => hook.state === 'active' && hook.events.includes(news.name))
    .filter((hook) => hears({ world }, hook, news))
}

/** A hook of somebody who left the organization stays active, and is silent. */
function hears({ world }: Pick<Calendly, 'world'>, hook: Hook, news: News): boolean {
  if (hook.scope === 'user') {
    if (hook.user === null || !news.people.includes(hook.user)) return false
    return world.users.get(hook.user)?.organization === hook.organization
  }
  if (hook.organization !== news.organization) return false
  if (hook.scope === 'organization') return true
  // Unknown which part of a group an event must belong to: one member among its hosts is enough.
  const members = world.groups.get(hook.group ?? '')?.members ?? []
  return news.people.some((person) => members.includes(person))
}
