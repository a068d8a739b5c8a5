import { textOf } from '../json.ts'
import type { ScheduledEvent } from './booking-rows.ts'
import type { Calendly } from './context.ts'
import { idOf, roleOf } from './context.ts'
import type { Caller } from './gate.ts'
import { checkGroup } from './group-access.ts'
import { invalidArgument, permissionDenied } from './problems.ts'

/** The events a listing may show: of oneself, of the organization, or of one group of it. */
export function eventsInReach(
  calendly: Calendly,
  caller: Caller,
  query: Record<string, unknown>,
): ScheduledEvent[] {
  const { world } = calendly
  const user = textOf(query, 'user')
  const organization = textOf(query, 'organization')
  const group = textOf(query, 'group')
  const isForeign = organization !== undefined && idOf(organization) !== caller.user.organization
  if (group !== undefined && !isForeign) return eventsOfGroup(calendly, caller, group)
  if (user === undefined && organization === undefined) {
    throw invalidArgument([{ parameter: 'user', message: 'is missing' }])
  }
  if (organization === undefined) {
    if (user === caller.uri) return world.events.by('host', caller.user.uuid)
    const other = world.users.get(idOf(user ?? ''))
    throw permissionDenied(
      other?.organization === caller.user.organization
        ? 'Please also specify organization when requesting events for a user within your organization.'
        : 'You do not have permission',
    )
  }
  if (isForeign || (roleOf(calendly, caller.user) === 'user' && user !== caller.uri)) {
    throw permissionDenied('You do not have permission to access this resource.')
  }
  const events = world.events.by('organization', caller.user.organization)
  if (user === undefined) return events
  if (world.users.get(idOf(user))?.organization !== caller.user.organization) {
    throw permissionDenied('This user is not in your organization')
  }
  return events.filter((event) => event.hosts.includes(idOf(user)))
}

/** With or without the organization beside it: only who may speak for a group lists its events. */
function eventsOfGroup(calendly: Calendly, caller: Caller, uri: string): ScheduledEvent[] {
  const { members, organization } = checkGroup(calendly, caller, uri)
  return calendly.world.events
    .by('organization', organization)
    .filter(({ hosts }) => hosts.some((host) => members.includes(host)))
}
