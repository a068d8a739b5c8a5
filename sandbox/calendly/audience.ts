import type { Calendly } from './context.ts'
import type { Hook, ScheduledEvent } from './world.ts'

/** The active hooks that hear of an event: its hosts' own, and the organization's. */
export function audienceOf(
  { world }: Calendly,
  { name, event }: { name: string; event: ScheduledEvent },
): Hook[] {
  const organizations = new Set([event.organization])
  for (const host of event.hosts) {
    const organization = world.users.get(host)?.organization
    if (organization !== undefined) organizations.add(organization)
  }
  return [...organizations]
    .flatMap((organization) => world.hooks.by('organization', organization))
    .filter((hook) => hook.state === 'active' && hook.events.includes(name))
    .filter((hook) => (hook.scope === 'user' ? hears({ world }, hook, event) : true))
    .filter((hook) => hook.scope === 'user' || hook.organization === event.organization)
}

/** A hook of somebody who left the organization stays active, and is silent. */
function hears({ world }: Pick<Calendly, 'world'>, hook: Hook, event: ScheduledEvent): boolean {
  if (hook.user === null || !event.hosts.includes(hook.user)) return false
  return world.users.get(hook.user)?.organization === hook.organization
}
