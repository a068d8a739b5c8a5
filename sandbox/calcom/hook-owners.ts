import type { Calcom } from './context.ts'
import { eventTypeOf, hostOf, namesOf } from './context.ts'
import { hooksOf } from './hooks.ts'
import type { Hook, Telling } from './world.ts'

/** Every name of the person behind a hook, for faults that name one. */
export function ownersOf({ world }: Calcom, hook: Hook): string[] {
  const eventType = hook.scope === 'event-type' ? world.eventTypes.get(hook.owner) : undefined
  const id = hook.scope === 'user' ? hook.owner : String(eventType?.owner ?? '')
  const user = world.users.get(id)
  return user === undefined ? [] : namesOf(user)
}

/** All hooks that hear of a booking, of every scope at once, each with a secret of its own. */
export function audienceOf(calcom: Calcom, { trigger, uid }: Telling): Hook[] {
  const booking = calcom.world.bookings.get(uid)
  if (booking === undefined) return []
  const eventType = eventTypeOf(calcom, booking)
  const host = hostOf(calcom, booking)
  const of = (scope: Hook['scope'], owner: number | string | null) =>
    owner === null ? [] : hooksOf(calcom, scope, String(owner))
  return [
    // Team events are told to the team, not to its members.
    ...(eventType.team === null ? of('user', host.id) : of('team', eventType.team)),
    ...of('event-type', eventType.id),
    ...of('organization', host.organization),
    ...of('oauth-client', host.oauthClient),
  ].filter((hook) => hook.active && hook.triggers.includes(trigger))
}
